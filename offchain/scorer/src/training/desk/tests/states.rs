//! What epochs begin with and end with: whose it is, and how long it is kept.

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn a_state_of_the_student_that_cannot_be_had() {
	let unusable = |part, reason| Report::Unusable(part, Flaw::File(reason));
	let play = Play::new();
	let mut work = play.epoch(counts(&[]), vec![vec![1]], vec![vec![0]]);
	work.start = Start::Given(cid(b"nobody has it"));
	let mut play = play.with(work.clone());
	play.chain.world().best = 15;
	play.turns().await;
	assert!(play.chain.committed().is_empty(), "it may come");
	play.chain.world().best = 16;
	assert_eq!(play.report().await.report, unusable(Part::State, BadReason::Unavailable));

	// The flaws before and after it.
	for (learnware, part) in [(b"no module".to_vec(), Part::State), (vec![0; 1 << 21], Part::Learnware)] {
		let play = Play::new();
		let reason = if part == Part::State { BadReason::Unavailable } else { BadReason::TooLarge };
		let mut other = Work { start: work.start.clone(), ..play.epoch(learnware, vec![vec![1]], vec![vec![0]]) };
		other.test.push(cid(b"nor this"));
		play.chain.world().best = 16;
		assert_eq!(play.with(other).report().await.report, unusable(part, reason));
	}

	let play = Play::new();
	let mut work = play.epoch(counts(&[]), vec![vec![1]], vec![vec![0]]);
	work.start = Start::Given(play.files.add(vec![0; LIMITS.state as usize + 1]));
	assert_eq!(play.with(work).report().await.report, unusable(Part::State, BadReason::TooLarge));

	let play = Play::new();
	let mut work = play.epoch(counts(&[]), vec![vec![1]], vec![vec![0]]);
	let malformed = play.files.add(b"no file".to_vec());
	play.files.malformed.lock().unwrap().insert(malformed.to_vec());
	work.start = Start::Given(malformed);
	assert_eq!(play.with(work).report().await.report, unusable(Part::State, BadReason::Malformed));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_state_that_the_learnware_does_not_load() {
	let play = Play::new();
	// It takes nothing but what it begins with.
	let picky = counts(&[("load", "(if (i32.load8_u (local.get 0)) (then (unreachable)))")]);
	let mut work = play.epoch(picky.clone(), vec![vec![1]], vec![vec![0]]);
	work.start = Start::Given(play.files.add(vec![7]));
	let report = play.with(work).report().await.report;
	assert_eq!(report, Report::Unusable(Part::State, Flaw::Run(Trap::Unreachable)));
	let play = Play::new();
	let mut work = play.epoch(picky, vec![vec![0]], vec![vec![0]]);
	work.start = Start::Given(play.files.add(vec![0]));
	assert_eq!(taught(play.with(work).report().await.report).0, [Step::Scored(0)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_goes_on_from_the_state_that_another_ended_with() {
	let play = Play::new();
	let work = play.digits();
	let mut play = play.with(work.clone());
	let (steps, state) = taught(play.report().await.report);
	let Some(Step::Scored(last)) = steps.last() else { panic!("{steps:?}") };
	// A lesson that was taught already, and one that teaches nothing right.
	let wrong = digits("lesson-2.npy").into_iter().enumerate();
	let rows = digits("lesson-2.npy").len() - 300 * 65;
	let wrong = wrong.map(|(at, byte)| if at >= rows && (at - rows) % 65 == 64 { 0 } else { byte }).collect();
	let next =
		Work { work: (4, 0), start: Start::Given(state.clone()), lessons: vec![play.files.add(wrong)], ..work.clone() };
	play.chain.world().work = vec![next];
	let report = play.report().await.report;
	let Report::Taught { before, .. } = &report else { panic!("{report:?}") };
	assert_eq!(before.numerator, *last, "its score is that of the state");
	let (steps, after) = taught(report);
	assert!(matches!(steps[0], Step::Scored(correct) if correct < *last));
	assert_eq!(after, state, "and no lesson has changed it");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_students_state_is_kept_until_the_epoch_is_over() {
	let play = Play::new();
	let given = play.files.add(vec![40]);
	let work = Work { start: Start::Given(given.clone()), ..play.epoch(counts(&[]), vec![vec![1]], vec![vec![0]]) };
	let mut play = play.with(work);
	let (steps, state) = taught(play.report().await.report);
	assert_eq!((steps, &state), (vec![Step::Scored(41)], &cid(&[41])));
	let dropped = |play: &Play| play.files.forgotten.lock().unwrap().contains(&given.to_vec());
	assert!(!dropped(&play));
	play.chain.world().work = vec![];
	play.turns().await;
	assert!(dropped(&play) && play.files.withdrawn.lock().unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_state_before_there_is_no_report() {
	let play = Play::new();
	let mut work = play.epoch(counts(&[]), vec![vec![1]], vec![vec![0]]);
	work.start = Start::Learned(cid(&[40]));
	let mut play = play.with(work);
	play.chain.world().best = 20;
	play.turns().await;
	assert!(play.chain.committed().is_empty(), "scorers keep it, so it is nobody's fault");
	play.files.add(vec![40]);
	assert_eq!(taught(play.report().await.report).0, [Step::Scored(41)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_epoch_goes_on_from_the_state_before_it() {
	let play = Play::new();
	let work = play.epoch(counts(&[]), vec![vec![1], vec![2]], vec![vec![0]]);
	let mut play = play.with(work.clone());
	let first = play.report().await;
	let (_, state) = taught(first.report);
	let next = |epoch, lesson, state: &Location| Work {
		work: (3, epoch),
		start: Start::Learned(state.clone()),
		lessons: vec![play.files.add(vec![lesson])],
		..work.clone()
	};
	let (second, third) = (next(1, 4, &state), next(2, 0, &cid(&[7])));
	play.chain.world().work = vec![second];
	let second = play.report().await;
	let (steps, newer) = taught(second.report);
	assert_eq!((steps, &newer), (vec![Step::Scored(7)], &cid(&[7])));
	assert_ne!(first.salt, second.salt);
	let dropped = |play: &Play, file: &[u8]| play.files.forgotten.lock().unwrap().iter().any(|gone| gone == file);
	let withdrawn = |play: &Play, state: &[u8]| play.files.withdrawn.lock().unwrap().iter().any(|gone| gone == state);
	assert!(!dropped(&play, &state) && !withdrawn(&play, &state), "the chain may still decide otherwise");
	play.chain.world().work = vec![third];
	play.turns().await;
	assert_eq!([dropped(&play, &state), withdrawn(&play, &state), dropped(&play, &work.lessons[0])], [true; 3]);
	play.chain.world().work = vec![];
	play.turns().await;
	assert!(!withdrawn(&play, &newer), "the student has paid for it");
}

#[tokio::test(flavor = "multi_thread")]
async fn states_of_old_sessions_stay_and_are_looked_after_no_more() {
	let play = Play::new();
	let work = play.epoch(counts(&[]), vec![vec![1]], vec![vec![0]]);
	let mut play = play.with(work);
	let state = |session: u32| (session, BTreeSet::from([session.to_le_bytes().to_vec()]));
	play.desk.states = [0].into_iter().chain(10..).take(MAX_SESSIONS).map(state).collect();
	play.desk.turn();
	assert!(play.files.withdrawn.lock().unwrap().is_empty());
	assert_eq!(play.desk.states.len(), MAX_SESSIONS);
}

/// Otherwise, anyone who opens a session with another's state could have that state withdrawn.
#[tokio::test(flavor = "multi_thread")]
async fn only_what_was_published_is_withdrawn() {
	let play = Play::new();
	let given = Start::Given(play.files.add(vec![3]));
	let first = Work { start: given, ..play.epoch(counts(&[]), vec![vec![1]], vec![vec![0]]) };
	let mut play = play.with(first.clone());
	play.report().await;
	play.turns().await;
	play.chain.world().work = vec![Work { work: (EPOCH.0, 1), start: Start::Learned(cid(&[4])), ..first.clone() }];
	play.turns().await;
	assert!(play.files.forgotten.lock().unwrap().contains(&cid(&[3]).to_vec()));
	play.chain.world().work = vec![Work { work: (EPOCH.0, 2), start: Start::Learned(cid(&[5])), ..first }];
	play.turns().await;
	assert_eq!(*play.files.withdrawn.lock().unwrap(), [cid(&[4]).to_vec()]);
}
