//! What clients and scorers are told.

use crate::{mock::*, runtime_api::LessonInfo, *};
use frame_support::assert_ok;
use learnware_primitives::training::{Report, REPLAY_VERSION};

#[test]
fn a_session_shows_what_is_drawn_and_due() {
	play(|| {
		assert_eq!(LearnwareRewards::training(0), None);
		let training = open(per_step());
		let info = || LearnwareRewards::training(training).unwrap().info;
		assert_eq!((info().drawn, info().due), (None, vec![]));
		assert_eq!(info().stage, Stage::Open(Phase::Show { until: 7 }));
		run_to(2);
		let drawn = info().drawn.unwrap();
		assert!(drawn < PARTS && info().due.is_empty());
		assert_ok!(show(training));
		let due = u32::from(drawn == 0);
		assert_eq!((info().drawn, info().due), (Some(drawn), vec![due]));
		commit_lessons(training, 3);
		assert_ok!(reveal(training, TUTOR + 1));
		let details = LearnwareRewards::training(training).unwrap();
		assert_eq!((details.info.committed, details.info.revealed), (3, 1));
		assert_eq!(details.info.stage, Stage::Open(Phase::Reveal { until: 32 }));
		assert_eq!(details.info.record, record(training));
		assert_eq!(details.lessons[1].location(), Some(&location(TUTOR as u8 + 1)));
		let shown = |index: u32| details.test_set[index as usize].location() == Some(&part(index).location);
		assert!((0..PARTS).all(|index| shown(index) == (index == drawn)));
		run_to(60);
		assert_eq!(info().stage, Stage::Overdue(End::TestSetWithheld));
	});
}

#[test]
fn sessions_are_paged_in_order() {
	play(|| {
		for _ in 0..4 {
			open(terms());
		}
		run_to(2);
		assert_ok!(show(1));
		assert_ok!(LearnwareRewards::close_training(signed(STUDENT), 1));
		let numbers = |from, limit| {
			let page = LearnwareRewards::trainings(from, limit);
			page.into_iter().map(|info| info.training).collect::<Vec<_>>()
		};
		assert_eq!(numbers(0, 2), [0, 2]);
		assert_eq!(numbers(2, 9), [2, 3]);
		assert!(numbers(4, 9).is_empty());
	});
}

#[test]
fn lessons_of_an_account_show_their_deadline() {
	play(|| {
		let training = in_reveal(terms(), 3);
		assert!(LearnwareRewards::lessons_of(&99, 0, 10).is_empty());
		let lesson = || LearnwareRewards::lessons_of(&(TUTOR + 1), 0, 10).pop().unwrap();
		let expected = LessonInfo {
			training,
			epoch: 0,
			position: 1,
			stage: Stage::Open(Phase::Reveal { until: 32 }),
			state: Disclosure::Committed(commitment_of(training, TUTOR + 1)),
			deposit: DEPOSIT,
		};
		assert_eq!(lesson(), expected);
		assert_ok!(reveal(training, TUTOR + 1));
		assert_eq!(lesson().state, Disclosure::Revealed(location(TUTOR as u8 + 1)));
	});
}

#[test]
fn work_shows_what_is_revealed_and_who_has_reported() {
	play(|| {
		let work = || LearnwareRewards::work(0, 10).pop();
		let training = in_commit(terms());
		assert_eq!(work(), None);
		commit_lessons(training, 3);
		assert_ok!(reveal(training, TUTOR + 1));
		let found = work().unwrap();
		assert_eq!((found.work, found.version, found.limits), ((training, 0), REPLAY_VERSION, terms().limits));
		assert_eq!((found.learnware, found.start), (learnware(), Start::Module));
		assert_eq!(found.lessons, [location(TUTOR as u8 + 1)]);
		assert_eq!((found.test, found.score), (vec![], None));
		assert_ok!(reveal(training, TUTOR));
		run_to(32);
		let due = record(training).due();
		assert_ok!(reveal_parts(training, due[1..].to_vec()));
		assert!(work().unwrap().test.is_empty(), "a part is missing");
		assert_ok!(reveal_parts(training, due[..1].to_vec()));
		let found = work().unwrap();
		assert_eq!(found.lessons, [TUTOR, TUTOR + 1].map(|who| location(who as u8)));
		assert_eq!(found.test, due.iter().map(|index| part(*index).location).collect::<Vec<_>>());
		let score = found.score.unwrap();
		assert_eq!((score.since, score.until, score.session, score.revealing), (32, 52, 0, false));
		assert_ok!(send(commit_report_call(2, training, &taught(9_000, [9_100, 9_200]))));
		let committed = work().unwrap().score.unwrap().committed;
		assert_eq!(committed.iter().map(|(scorer, _)| *scorer).collect::<Vec<_>>(), [2]);
		run_to(52);
		assert_eq!(work(), None);
	});
}

#[test]
fn work_begins_with_what_the_session_was_opened_with_until_it_is_scored() {
	play(|| {
		let work = || LearnwareRewards::work(0, 10).pop().map(|work| (work.work, work.start));
		let training = begin(open_from(given(), per_step()));
		commit_lessons(training, 1);
		assert_eq!(work(), Some(((training, 0), Start::Given(given()))));
		run_to(32);
		assert_ok!(LearnwareRewards::resolve(signed(TUTOR), training));
		assert_eq!(record(training).epoch, 1, "nobody revealed a lesson");
		teach(training, 1);
		assert_ok!(reveal_due(training));
		assert_eq!(work(), Some(((training, 1), Start::Given(given()))));
		// Even if it is the same file: scorers have stored it by now.
		let Report::Taught { before, steps, .. } = taught(9_000, [8_000]) else { unreachable!() };
		score(training, &Report::Taught { before, steps, state: given() });
		teach(training, 1);
		assert_eq!(work(), Some(((training, 2), Start::Learned(given()))));
		assert_eq!(LearnwareRewards::training(training).unwrap().info.record.state, given());
	});
}

#[test]
fn per_step_work_begins_with_what_was_learned() {
	play(|| {
		let training = in_score(per_step(), 1);
		score(training, &taught(9_000, [9_100]));
		teach(training, 1);
		assert_ok!(reveal_due(training));
		let found = LearnwareRewards::work(0, 10).pop().unwrap();
		assert_eq!((found.work, found.start), ((training, 1), Start::Learned(state())));
		assert_eq!(found.test, [part(record(training).due()[0]).location]);
	});
}
