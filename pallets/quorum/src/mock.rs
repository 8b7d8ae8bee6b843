//! A small runtime with two games that do nothing but to be scored, each with its quorum.

use crate::{self as pallet_quorum, *};
use frame_support::{
	derive_impl, parameter_types,
	traits::{Authorize, ConstU32},
};
use learnware_primitives::commitment::{self, Salt};
use sp_core::H256;
use sp_runtime::{
	testing::UintAuthorityId,
	traits::{Dispatchable, IdentityLookup},
	transaction_validity::{TransactionSource, TransactionValidityError},
	BuildStorage, RuntimeAppPublic,
};
use std::collections::{BTreeMap, BTreeSet};

#[path = "../mock/src/lib.rs"]
mod scorers;
pub use scorers::*;

type Block = frame_system::mocking::MockBlock<Test>;
/// An answer, and a number for what could not be fetched.
pub type Report = (u32, u32);
/// Answers below are well formed.
pub const ANSWERS: u32 = 1_000;
/// Blocks of a round.
pub const PERIOD: u64 = 20;

#[frame_support::runtime]
mod runtime {
	#[runtime::runtime]
	#[runtime::derive(
		RuntimeCall,
		RuntimeEvent,
		RuntimeError,
		RuntimeOrigin,
		RuntimeFreezeReason,
		RuntimeHoldReason,
		RuntimeSlashReason,
		RuntimeLockId,
		RuntimeTask,
		RuntimeViewFunction
	)]
	pub struct Test;

	#[runtime::pallet_index(0)]
	pub type System = frame_system;
	#[runtime::pallet_index(1)]
	pub type First = pallet_quorum;
	#[runtime::pallet_index(2)]
	pub type Second = pallet_quorum<Instance1>;
}

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type AccountId = u64;
	type Block = Block;
	type Lookup = IdentityLookup<u64>;
}

impl Config for Test {
	type WeightInfo = ();
	type Game = TestGame<false>;
	type Scorers = MockScorers;
	type MaxScorers = ConstU32<16>;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = MockScorers;
}

impl Config<Instance1> for Test {
	type WeightInfo = ();
	type Game = TestGame<true>;
	type Scorers = MockScorers;
	type MaxScorers = ConstU32<16>;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = MockScorers;
}

/// How a round ended.
pub type Conclusion = Option<Decision<Report, u64>>;

parameter_types! {
	/// Rounds of both games that are not concluded.
	pub static Rounds: BTreeMap<(bool, u32), Round<u64>> = BTreeMap::new();
	/// Rounds of which it is stored that they have begun.
	pub static Begun: BTreeSet<(bool, u32)> = BTreeSet::new();
	/// Rounds that were concluded, in their order.
	pub static Concluded: Vec<(bool, u32, Conclusion)> = vec![];
}

/// One of two games.
pub struct TestGame<const SECOND: bool>;

impl<const SECOND: bool> TestGame<SECOND> {
	/// Ends a round, as its game does when its deadline has passed.
	pub fn end(id: u32, session: SessionIndex) {
		let decision = if SECOND { Second::close(id, session) } else { First::close(id, session) };
		Rounds::mutate(|rounds| rounds.remove(&(SECOND, id)));
		Begun::mutate(|begun| begun.remove(&(SECOND, id)));
		Concluded::mutate(|all| all.push((SECOND, id, decision)));
	}
}

impl<const SECOND: bool> Game for TestGame<SECOND> {
	type BlockNumber = u64;
	type Report = Report;
	type Unavailable = u32;
	type Work = ();
	type WorkId = u32;

	const DOMAINS: Domains = match SECOND {
		false => Domains { report: "first/report", commit: "first/commit", reveal: "first/reveal" },
		true => Domains { report: "second/report", commit: "second/commit", reveal: "second/reveal" },
	};

	fn in_round(id: u32) -> Option<((), Round<u64>)> {
		let round = Rounds::get().get(&(SECOND, id)).copied()?;
		(System::block_number() < round.until).then_some(((), round))
	}
	fn has_begun(id: u32) -> bool {
		Begun::get().contains(&(SECOND, id))
	}
	fn is_well_formed(_: &(), (answer, _): &Report) -> bool {
		*answer < ANSWERS
	}
	fn unavailable((_, missing): &Report) -> u32 {
		*missing
	}
	fn begin(id: u32, _: (), _: Round<u64>) {
		Begun::mutate(|begun| begun.insert((SECOND, id)));
	}
	fn complete(id: u32, _: (), session: SessionIndex) {
		Self::end(id, session);
	}
}

#[cfg(feature = "runtime-benchmarks")]
impl<const SECOND: bool> BenchmarkGame for TestGame<SECOND> {
	fn full_work(index: u32, session: SessionIndex) -> Result<u32, frame_benchmarking::BenchmarkError> {
		let round = Round { since: 1, until: 100, session };
		Rounds::mutate(|rounds| rounds.insert((SECOND, index), round));
		Begun::mutate(|begun| begun.insert((SECOND, index)));
		Ok(index)
	}
	fn unbegin(id: u32) {
		Begun::mutate(|begun| begun.remove(&(SECOND, id)));
	}
	fn full_report(variant: u32) -> Report {
		(variant, 0)
	}
}

/// A chain at block 1 without work.
pub fn new_test_ext() -> sp_io::TestExternalities {
	Rounds::take();
	Begun::take();
	Concluded::take();
	Deviants::take();
	Absentees::take();
	ScorerCount::set(4);
	OldestSession::set(0);
	let storage = frame_system::GenesisConfig::<Test>::default().build_storage().expect("valid genesis");
	let mut ext = sp_io::TestExternalities::new(storage);
	ext.execute_with(|| System::set_block_number(1));
	ext
}

/// Runs a test on a new chain, and checks every invariant after it.
pub fn play(test: impl FnOnce()) {
	new_test_ext().execute_with(|| {
		test();
		check();
	});
}

/// Checks every invariant.
pub fn check() {
	First::do_try_state().expect("invariants hold");
	Second::do_try_state().expect("invariants hold");
}

/// Begins the round of a piece of work of the first game in this block.
pub fn open(id: u32) -> u32 {
	open_in(false, id)
}

/// Begins the round of a piece of work of one of the games in this block.
pub fn open_in(second: bool, id: u32) -> u32 {
	let since = System::block_number();
	let session = MockScorers::session_at(since).expect("not forgotten");
	Rounds::mutate(|rounds| rounds.insert((second, id), Round { since, until: since + PERIOD, session }));
	id
}

/// Ends what is overdue in both games.
pub fn resolve_overdue() {
	let now = System::block_number();
	for ((second, id), round) in Rounds::get() {
		match second {
			_ if now < round.until => {},
			false => TestGame::<false>::end(id, round.session),
			true => TestGame::<true>::end(id, round.session),
		}
	}
}

/// The salt of each report of a scorer.
pub fn salt(scorer: ScorerIndex) -> Salt {
	[scorer as u8; 32]
}

/// What opens to a report on a piece of work of the first game.
pub fn hash_of(session: SessionIndex, scorer: ScorerIndex, id: u32, report: &Report) -> H256 {
	let domain = <TestGame<false> as Game>::DOMAINS.report;
	H256(commitment::report(domain, &genesis::<Test>().0, session, scorer, &id, report, &salt(scorer)))
}

/// A scorer's signature for the first game.
pub fn sign(
	domain: &str,
	session: SessionIndex,
	scorer: ScorerIndex,
	entries: &impl frame_support::pallet_prelude::Encode,
) -> SignatureOf<Test, ()> {
	let payload = signing_payload(domain, &genesis::<Test>(), session, scorer, entries);
	UintAuthorityId(scorer.into()).sign(&payload).expect("test key")
}

/// A signed commitment of a scorer.
pub fn signed_commits(session: SessionIndex, scorer: ScorerIndex, entries: Vec<(u32, H256)>) -> Call<Test> {
	let commitments: ReportCommitments<Test, ()> = entries.try_into().expect("at most 16");
	let signature = sign(<TestGame<false> as Game>::DOMAINS.commit, session, scorer, &commitments);
	Call::commit_report { session, scorer, commitments, signature }
}

/// A signed reveal of a scorer.
pub fn signed_reveals(session: SessionIndex, scorer: ScorerIndex, entries: Vec<(u32, Report)>) -> Call<Test> {
	let reveal = |(work, report)| ReportReveal { work, report, salt: salt(scorer) };
	let reveals = entries.into_iter().map(reveal).collect::<Vec<_>>();
	let reveals: ReportReveals<Test, ()> = reveals.try_into().expect("at most 4");
	let signature = sign(<TestGame<false> as Game>::DOMAINS.reveal, session, scorer, &reveals);
	Call::reveal_report { session, scorer, reveals, signature }
}

/// The session that scores a piece of work of the first game.
pub fn session_of(id: u32) -> SessionIndex {
	Rounds::get().get(&(false, id)).map(|round| round.session).expect("in its round")
}

/// A commitment to a report on a piece of work.
pub fn commit(scorer: ScorerIndex, id: u32, report: Report) -> Call<Test> {
	let session = session_of(id);
	signed_commits(session, scorer, vec![(id, hash_of(session, scorer, id, &report))])
}

/// The reveal of a report on a piece of work.
pub fn reveal(scorer: ScorerIndex, id: u32, report: Report) -> Call<Test> {
	signed_reveals(session_of(id), scorer, vec![(id, report)])
}

/// Checks a call as the pool and the block do, and dispatches it.
pub fn send(call: impl Into<RuntimeCall>) -> Result<(), TransactionValidityError> {
	let call = call.into();
	call.authorize(TransactionSource::External).expect("an authorized call")?;
	call.dispatch(frame_system::RawOrigin::Authorized.into()).expect("never fails once authorized");
	Ok(())
}

/// All scorers commit and reveal; scorer `i` reports `reports[i]`.
pub fn score(id: u32, reports: &[Report]) {
	for (scorer, report) in (0..).zip(reports) {
		send(commit(scorer, id, *report)).expect("commit round");
	}
	for (scorer, report) in (0..).zip(reports) {
		send(reveal(scorer, id, *report)).expect("reveal round");
	}
}

/// How the last round of the first game ended.
pub fn conclusion() -> Conclusion {
	let (second, _, decision) = Concluded::get().pop().expect("a round was concluded");
	assert!(!second);
	decision
}

/// Keys that are stored by both pallets.
pub fn stored() -> usize {
	Tallies::<Test>::iter().count()
		+ Reports::<Test>::iter().count()
		+ Tallies::<Test, Instance1>::iter().count()
		+ Reports::<Test, Instance1>::iter().count()
}
