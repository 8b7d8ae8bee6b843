//! Who may label, and how much one account may take part in.

use crate::{mock::*, *};
use frame_support::{assert_noop, assert_ok};

fn list(accounts: impl IntoIterator<Item = AccountId>) -> AccountsOf<Test> {
	accounts.into_iter().collect::<Vec<_>>().try_into().expect("at most 64")
}

fn allow(dataset: DatasetId, accounts: impl IntoIterator<Item = AccountId>) -> sp_runtime::DispatchResult {
	LabelingGame::allow(signed(PROVIDER), dataset, list(accounts))
}

fn disallow(dataset: DatasetId, accounts: impl IntoIterator<Item = AccountId>) -> sp_runtime::DispatchResult {
	LabelingGame::disallow(signed(PROVIDER), dataset, list(accounts))
}

fn for_listed() -> DatasetId {
	create_dataset_with(Terms { eligibility: Eligibility::AllowList, ..terms() })
}

#[test]
fn a_listed_account_may_label_another_may_not() {
	play(|| {
		let dataset = for_listed();
		let sample = submit_sample(dataset);
		assert_noop!(commit(sample, WORKER), Error::<Test>::NotEligible);
		assert_ok!(allow(dataset, [WORKER, WORKER + 1]));
		System::assert_last_event(Event::Allowed { dataset, accounts: vec![WORKER, WORKER + 1] }.into());
		assert_ok!(commit(sample, WORKER));
		assert_noop!(commit(sample, WORKER + 2), Error::<Test>::NotEligible);
		assert!(LabelingGame::may_label(&WORKER, dataset) && !LabelingGame::may_label(&(WORKER + 2), dataset));
		assert!(!LabelingGame::may_label(&WORKER, dataset + 1));
		assert_ok!(disallow(dataset, [WORKER, WORKER + 1, WORKER + 2]));
		System::assert_last_event(Event::Disallowed { dataset, accounts: vec![WORKER, WORKER + 1] }.into());
		assert_noop!(commit(sample, WORKER + 1), Error::<Test>::NotEligible);
		assert_eq!(Labels::<Test>::get(sample).len(), 1, "a committed label stays");
		assert_ok!(LabelingGame::withdraw_label(signed(WORKER), sample));
	});
}

#[test]
fn each_listed_account_costs_a_deposit_once() {
	play(|| {
		let dataset = for_listed();
		let before = held(PROVIDER);
		assert_ok!(allow(dataset, [WORKER, WORKER + 1, WORKER]));
		assert_ok!(allow(dataset, [WORKER + 1, WORKER + 2]));
		assert_eq!(held(PROVIDER), before + 3 * AllowDeposit::get());
		assert_eq!(Datasets::<Test>::get(dataset).unwrap().allowed, 3);
		assert_noop!(LabelingGame::close_dataset(signed(PROVIDER), dataset), Error::<Test>::AllowListNotEmpty);
		assert_ok!(disallow(dataset, [WORKER + 2, WORKER, WORKER + 1, WORKER]));
		assert_eq!(held(PROVIDER), before);
		assert_ok!(LabelingGame::close_dataset(signed(PROVIDER), dataset));
		assert_eq!(held(PROVIDER), 0);
	});
}

#[test]
fn only_the_owner_keeps_the_list_and_only_where_there_is_one() {
	play(|| {
		let dataset = for_listed();
		let by_another = LabelingGame::allow(signed(WORKER), dataset, list([WORKER]));
		assert_noop!(by_another, Error::<Test>::NotOwner);
		assert_noop!(LabelingGame::disallow(signed(WORKER), dataset, list([WORKER])), Error::<Test>::NotOwner);
		assert_noop!(allow(9, [WORKER]), Error::<Test>::UnknownDataset);
		assert_noop!(disallow(9, [WORKER]), Error::<Test>::UnknownDataset);
		let open = create_dataset();
		assert_noop!(allow(open, [WORKER]), Error::<Test>::NoAllowList);
		let all = 0..MAX_ALLOWED_PER_CALL as u64;
		assert_ok!(allow(dataset, all));
	});
}

#[test]
fn a_dataset_for_persons_asks_the_chain_who_is_one() {
	play(|| {
		let personal = Terms { eligibility: Eligibility::Persons, ..terms() };
		let create = || LabelingGame::create_dataset(signed(PROVIDER), location(0), task(), personal.clone());
		assert_noop!(create(), Error::<Test>::NoPersonhood);
		PersonhoodKnown::set(true);
		assert_ok!(create());
		let sample = submit_sample(0);
		assert_ok!(commit(sample, WORKER));
		assert_noop!(commit(sample, WORKER + 1), Error::<Test>::NotEligible);
		PersonhoodKnown::set(false);
	});
}

#[test]
fn an_account_has_a_bounded_number_of_labels_in_play() {
	play(|| {
		let dataset = create_dataset();
		let samples = (0..7).map(|_| submit_sample(dataset)).collect::<Vec<_>>();
		for sample in &samples[..6] {
			assert_ok!(commit(*sample, WORKER));
		}
		assert_noop!(commit(samples[6], WORKER), Error::<Test>::TooManyLabels);
		assert_ok!(commit(samples[6], WORKER + 1));
		assert_ok!(LabelingGame::withdraw_label(signed(WORKER), samples[0]));
		assert_ok!(commit(samples[6], WORKER));
		run_to(11);
		assert_ok!(LabelingGame::resolve(signed(WORKER), samples[1]));
		assert_eq!(Engagements::<Test>::get(WORKER), Engagement { samples: 0, labels: 5 });
	});
}
