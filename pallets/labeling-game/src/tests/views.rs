//! What clients and scorers are told.

use crate::{mock::*, *};
use frame_support::assert_ok;

#[test]
fn quote_tells_risk_and_reward() {
	play(|| {
		assert_eq!(LabelingGame::quote(0), None);
		let sample = submit_sample(create_dataset());
		let quote = LabelingGame::quote(sample).unwrap();
		assert_eq!(quote.collateral, COLLATERAL);
		assert_eq!(quote.places, [4500, 2250, 1125, 562, 281, 140, 70, 35]);
		assert_eq!(quote.attendance, BOUNTY / 20 / 8);
		assert_eq!(quote.stage, Stage::Open(Phase::Commit { until: 11 }));
	});
}

#[test]
fn samples_are_paged_in_order() {
	play(|| {
		let dataset = create_dataset();
		for _ in 0..5 {
			submit_sample(dataset);
		}
		assert_ok!(LabelingGame::cancel_sample(signed(PROVIDER), 2));
		let numbers =
			|from, limit| LabelingGame::samples(from, limit).into_iter().map(|info| info.sample).collect::<Vec<_>>();
		assert_eq!(numbers(0, 3), [0, 1, 3]);
		assert_eq!(numbers(3, 3), [3, 4]);
		assert!(numbers(5, 3).is_empty());
	});
}

#[test]
fn labels_of_an_account_show_their_deadline() {
	play(|| {
		let sample = in_reveal(5);
		assert!(LabelingGame::labels_of(&99, 0, 10).is_empty());
		let label = LabelingGame::labels_of(&WORKER, 0, 10).pop().unwrap();
		assert_eq!((label.sample, label.collateral), (sample, COLLATERAL));
		assert_eq!(label.stage, Stage::Open(Phase::Reveal { until: 31 }));
		assert_eq!(label.state, Disclosure::Committed(commitment_of(sample, WORKER)));
		assert_ok!(reveal(sample, WORKER));
		let label = LabelingGame::labels_of(&WORKER, 0, 10).pop().unwrap();
		assert_eq!(label.state, Disclosure::Revealed(location(WORKER as u8)));
	});
}

#[test]
fn work_shows_what_is_revealed_and_who_has_reported() {
	play(|| {
		let sample = submit_sample(create_dataset());
		for who in WORKER..WORKER + 5 {
			assert_ok!(commit(sample, who));
		}
		assert!(LabelingGame::work(0, 10).is_empty());
		run_to(11);
		assert_ok!(reveal(sample, WORKER + 1));
		let work = LabelingGame::work(0, 10).pop().unwrap();
		assert_eq!(work.labels, [location(WORKER as u8 + 1)]);
		assert_eq!(work.score, None);
		for who in [WORKER, WORKER + 2, WORKER + 3, WORKER + 4] {
			assert_ok!(reveal(sample, who));
		}
		let work = LabelingGame::work(0, 10).pop().unwrap();
		assert_eq!(work.labels, (WORKER..WORKER + 5).map(|who| location(who as u8)).collect::<Vec<_>>());
		let score = work.score.unwrap();
		assert_eq!((score.since, score.until, score.session, score.revealing), (11, 31, 0, false));
		assert_ok!(send(commit_report_call(2, sample, &ranking(5))));
		run_to(21);
		assert_ok!(send(reveal_report_call(2, sample, &ranking(5))));
		assert!(LabelingGame::work(0, 10).is_empty(), "all who committed have revealed, so the game is over");
	});
}
