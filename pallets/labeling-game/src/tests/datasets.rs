//! `create_dataset` and `close_dataset`.

use crate::{mock::*, *};
use frame_support::{assert_noop, assert_ok};
use learnware_primitives::{places::Payout, Task};

fn refused(change: impl FnOnce(&mut TermsOf<Test>), error: Error<Test>) {
	play(|| {
		let mut terms = terms();
		change(&mut terms);
		assert_noop!(LabelingGame::create_dataset(signed(PROVIDER), location(0), task(), terms), error);
	});
}

#[test]
fn create_holds_the_deposit_and_close_releases_it() {
	play(|| {
		let dataset = create_dataset();
		assert_eq!(held(PROVIDER), dataset_deposit());
		System::assert_last_event(
			Event::DatasetCreated { dataset, owner: PROVIDER, description: location(0), task: task(), terms: terms() }
				.into(),
		);
		assert_ok!(LabelingGame::close_dataset(signed(PROVIDER), dataset));
		assert_eq!(held(PROVIDER), 0);
		assert_eq!(wealth(PROVIDER), START_BALANCE);
		assert_eq!(Datasets::<Test>::iter().count(), 0);
		System::assert_last_event(Event::DatasetClosed { dataset }.into());
	});
}

#[test]
fn terms_at_their_bounds_are_taken() {
	play(|| {
		let narrow = Terms {
			collateral: MinCollateral::get(),
			min_labels: 5,
			max_labels: 5,
			commit_period: 1,
			reveal_period: MIN_REVEAL_PERIOD.into(),
			score_period: MIN_SCORE_PERIOD.into(),
			scoring_fee: 0,
			attendance_fee: 0,
			payout: Payout::Geometric { ratio: 1 },
			..terms()
		};
		assert_ok!(LabelingGame::create_dataset(signed(PROVIDER), location(0), task(), narrow));
		let wide = Terms {
			min_labels: 64,
			max_labels: 64,
			commit_period: MaxPeriod::get(),
			reveal_period: MaxPeriod::get(),
			score_period: MaxPeriod::get(),
			scoring_fee: 250_000,
			attendance_fee: 250_000,
			payout: Payout::Geometric { ratio: 500_000 },
			..terms()
		};
		assert_ok!(LabelingGame::create_dataset(signed(PROVIDER), location(0), task(), wide));
	});
}

#[test]
fn terms_out_of_bounds_are_refused() {
	refused(|terms| terms.collateral = MinCollateral::get() - 1, Error::CollateralTooSmall);
	refused(|terms| terms.min_labels = 4, Error::LabelLimits);
	refused(|terms| terms.max_labels = 65, Error::LabelLimits);
	refused(|terms| terms.min_labels = terms.max_labels + 1, Error::LabelLimits);
	refused(|terms| terms.commit_period = 0, Error::PeriodTooShort);
	refused(|terms| terms.reveal_period = u64::from(MIN_REVEAL_PERIOD) - 1, Error::PeriodTooShort);
	refused(|terms| terms.score_period = u64::from(MIN_SCORE_PERIOD) - 1, Error::PeriodTooShort);
	refused(|terms| terms.commit_period = MaxPeriod::get() + 1, Error::PeriodTooLong);
	refused(|terms| terms.reveal_period = MaxPeriod::get() + 1, Error::PeriodTooLong);
	refused(|terms| terms.score_period = MaxPeriod::get() + 1, Error::PeriodTooLong);
	refused(|terms| terms.payout = Payout::Geometric { ratio: 0 }, Error::PayoutOutOfBounds);
	refused(|terms| terms.payout = Payout::Geometric { ratio: 500_001 }, Error::PayoutOutOfBounds);
	refused(|terms| terms.scoring_fee = 450_001, Error::FeesTooHigh);
	refused(|terms| terms.scoring_fee = u32::MAX, Error::FeesTooHigh);
}

#[test]
fn tasks_and_descriptions_out_of_bounds_are_refused() {
	play(|| {
		for task in [
			Task::Classification { items: 0, classes: 2 },
			Task::Classification { items: 4097, classes: 2 },
			Task::Classification { items: 10, classes: 1 },
			Task::Classification { items: 10, classes: 65 },
		] {
			assert_noop!(
				LabelingGame::create_dataset(signed(PROVIDER), location(0), task, terms()),
				Error::<Test>::TaskOutOfBounds
			);
		}
		let text: Location =
			b"bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy".to_vec().try_into().unwrap();
		assert_noop!(
			LabelingGame::create_dataset(signed(PROVIDER), text, task(), terms()),
			Error::<Test>::InvalidLocation
		);
	});
}

#[test]
fn create_needs_the_deposit() {
	play(|| {
		assert_noop!(
			LabelingGame::create_dataset(signed(9), location(0), task(), terms()),
			sp_runtime::TokenError::FundsUnavailable
		);
	});
}

#[test]
fn close_is_for_the_owner_of_an_unused_dataset() {
	play(|| {
		assert_noop!(LabelingGame::close_dataset(signed(PROVIDER), 0), Error::<Test>::UnknownDataset);
		let dataset = create_dataset();
		assert_noop!(LabelingGame::close_dataset(signed(WORKER), dataset), Error::<Test>::NotOwner);
		let sample = submit_sample(dataset);
		assert_noop!(LabelingGame::close_dataset(signed(PROVIDER), dataset), Error::<Test>::DatasetInUse);
		assert_ok!(LabelingGame::cancel_sample(signed(PROVIDER), sample));
		assert_ok!(LabelingGame::close_dataset(signed(PROVIDER), dataset));
	});
}
