//! Benchmarks of the report calls, each in the worst case that the game and the limits allow, and what benchmarks of
//! games have in common with them.

use crate::{genesis, pallet::*, signing_payload, Game, ReportReveal, SessionIndex};
use alloc::vec::Vec;
use frame_benchmarking::v2::*;
use frame_support::{
	dispatch::RawOrigin,
	pallet_prelude::{Encode, TransactionSource},
	storage::{with_transaction, TransactionOutcome},
	traits::{Authorize, Get},
};
use learnware_primitives::commitment::{self, Salt};
use sp_core::H256;
use sp_runtime::{traits::Dispatchable, DispatchError, RuntimeAppPublic};

/// Opens every commitment.
const SALT: Salt = [7; 32];

/// What benchmarks need of the runtime.
pub trait BenchmarkHelper<Key> {
	/// Makes so many accounts the scorers of the present session, each with money and with the secret of its key in the
	/// keystore; returns the session and their keys.
	fn appoint(count: u32) -> (SessionIndex, Vec<Key>);
}

/// What benchmarks need of a game.
pub trait BenchmarkGame: Game {
	/// Sets up the `index`-th of several pieces of work, each in its round and as large as it can be.
	fn full_work(index: u32, session: SessionIndex) -> Result<Self::WorkId, BenchmarkError>;
	/// Takes back what is stored of the beginning of a round, if a commitment can be what stores it.
	fn unbegin(id: Self::WorkId);
	/// A report on it that ends it in the dearest way; `variant` makes it another one.
	fn full_report(variant: u32) -> Self::Report;
}

/// The scorers of a piece of work.
#[derive(Clone, Copy)]
pub struct Panel {
	/// Their session.
	pub session: SessionIndex,
	/// How many they are.
	pub count: u32,
	/// How many, from the first, have not revealed.
	pub silent: u32,
}

/// See [`BenchmarkHelper::appoint`].
pub(crate) fn appoint<T: Config<I>, I: 'static>(count: u32) -> (SessionIndex, Vec<KeyOf<T, I>>) {
	T::BenchmarkHelper::appoint(count)
}

/// All scorers have committed, and all who are not silent have revealed: `report(0)`, or `report` of another number, as
/// many of them as a quorum allows.
pub(crate) fn fill<T: Config<I>, I: 'static>(id: WorkIdOf<T, I>, panel: Panel, report: impl Fn(u32) -> ReportOf<T, I>) {
	let Panel { session, count, silent } = panel;
	let (domain, genesis) = (T::Game::DOMAINS.report, genesis::<T>());
	let first_deviant = count.saturating_sub(count.saturating_sub(1) / 3);
	let mut tally = Tallies::<T, I>::get(id);
	for scorer in 0..count {
		let report = report(if scorer >= first_deviant { scorer } else { 0 });
		let hash = commitment::report(domain, &genesis.0, session, scorer, &id, &report, &SALT);
		let _ = tally.commits.try_insert(scorer, H256(hash));
		if scorer >= silent {
			let hash = H256(sp_io::hashing::blake2_256(&report.encode()));
			let _ = tally.reveals.try_insert(scorer, hash);
			Reports::<T, I>::insert(id, hash, report);
		}
	}
	Tallies::<T, I>::insert(id, tally);
}

/// `n` full pieces of work, all scorers but the first `silent` having revealed; with the session and the first key.
fn full_rounds<T, I>(n: u32, silent: u32) -> Result<(Vec<WorkIdOf<T, I>>, SessionIndex, KeyOf<T, I>), BenchmarkError>
where
	T: Config<I, Game: BenchmarkGame>,
	I: 'static,
{
	let count = T::MaxScorers::get();
	let (session, keys) = appoint::<T, I>(count);
	let mut works = Vec::new();
	for index in 0..n {
		let work = T::Game::full_work(index, session)?;
		fill::<T, I>(work, Panel { session, count, silent }, T::Game::full_report);
		works.push(work);
	}
	Ok((works, session, keys.into_iter().next().ok_or("no scorer")?))
}

/// `n` full pieces of work that wait for the first scorer's commitment, the last to come.
fn waiting_for_commitment<T, I>(n: u32) -> Result<(Vec<WorkIdOf<T, I>>, Call<T, I>), BenchmarkError>
where
	T: Config<I, Game: BenchmarkGame>,
	I: 'static,
{
	let (works, session, key) = full_rounds::<T, I>(n, T::MaxScorers::get())?;
	for work in &works {
		Tallies::<T, I>::mutate(work, |tally| tally.commits.remove(&0));
		T::Game::unbegin(*work);
	}
	let commitments: Vec<_> = works.iter().map(|work| (*work, H256::repeat_byte(3))).collect();
	let commitments = ReportCommitments::<T, I>::truncate_from(commitments);
	let payload = signing_payload(T::Game::DOMAINS.commit, &genesis::<T>(), session, 0, &commitments);
	let signature = key.sign(&payload).ok_or("no key")?;
	Ok((works, Call::commit_report { session, scorer: 0, commitments, signature }))
}

/// `n` full pieces of work that wait for the first scorer's reveal, the last to come.
fn waiting_for_reveal<T, I>(n: u32) -> Result<(Vec<WorkIdOf<T, I>>, Call<T, I>), BenchmarkError>
where
	T: Config<I, Game: BenchmarkGame>,
	I: 'static,
{
	let (works, session, key) = full_rounds::<T, I>(n, 1)?;
	let reveal = |work: &WorkIdOf<T, I>| ReportReveal { work: *work, report: T::Game::full_report(0), salt: SALT };
	let reveals = ReportReveals::<T, I>::truncate_from(works.iter().map(reveal).collect());
	let payload = signing_payload(T::Game::DOMAINS.reveal, &genesis::<T>(), session, 0, &reveals);
	let signature = key.sign(&payload).ok_or("no key")?;
	Ok((works, Call::reveal_report { session, scorer: 0, reveals, signature }))
}

/// Runs each call in its smallest and its largest form, as the benchmarks do and the pool and a block would: a test of what
/// a game sets up for them.
pub fn try_calls<T, I>() -> Result<(), BenchmarkError>
where
	T: Config<I, Game: BenchmarkGame>,
	<T as frame_system::Config>::RuntimeCall: From<Call<T, I>>,
	I: 'static,
{
	for n in [1, MAX_COMMITMENTS_PER_CALL] {
		in_vain(|| {
			let (works, call) = waiting_for_commitment::<T, I>(n)?;
			send::<T, I>(call)?;
			ensure(works.iter().all(|work| Tallies::<T, I>::get(work).commits.contains_key(&0)))?;
			ensure(works.iter().all(|work| T::Game::has_begun(*work)))
		})?;
	}
	for n in [1, MAX_REVEALS_PER_CALL] {
		in_vain(|| {
			let (works, call) = waiting_for_reveal::<T, I>(n)?;
			send::<T, I>(call)?;
			ensure(works.iter().all(|work| !T::Game::has_begun(*work)))
		})?;
	}
	Ok(())
}

/// Checks a call, and dispatches it.
fn send<T: Config<I>, I: 'static>(call: Call<T, I>) -> Result<(), BenchmarkError>
where
	<T as frame_system::Config>::RuntimeCall: From<Call<T, I>>,
{
	let call = <T as frame_system::Config>::RuntimeCall::from(call);
	call.authorize(TransactionSource::InBlock).ok_or("not authorized")?.map_err(|_| "refused")?;
	call.dispatch(RawOrigin::Authorized.into()).map(|_| ()).map_err(|error| error.error.into())
}

fn ensure(holds: bool) -> Result<(), BenchmarkError> {
	holds.then_some(()).ok_or("a call had another outcome".into())
}

/// Does something, and takes it back.
fn in_vain(act: impl FnOnce() -> Result<(), BenchmarkError>) -> Result<(), BenchmarkError> {
	let mut outcome = Ok(());
	let _ = with_transaction(|| {
		outcome = act();
		TransactionOutcome::Rollback(Ok::<_, DispatchError>(()))
	});
	outcome
}

#[instance_benchmarks(where
	T: Config<I, Game: BenchmarkGame>,
	<T as frame_system::Config>::RuntimeCall: From<Call<T, I>>,
)]
mod benchmarks {
	use super::*;

	#[benchmark]
	fn commit_report(n: Linear<1, MAX_COMMITMENTS_PER_CALL>) -> Result<(), BenchmarkError> {
		let (works, call) = waiting_for_commitment::<T, I>(n)?;
		let Call::commit_report { session, scorer, commitments, signature } = call else { return Err("call".into()) };
		#[extrinsic_call]
		_(RawOrigin::Authorized, session, scorer, commitments, signature);
		assert!(works.iter().all(|work| Tallies::<T, I>::get(work).commits.contains_key(&0)));
		Ok(())
	}

	#[benchmark]
	fn authorize_commit_report(n: Linear<1, MAX_COMMITMENTS_PER_CALL>) -> Result<(), BenchmarkError> {
		let (_, call) = waiting_for_commitment::<T, I>(n)?;
		let call: <T as frame_system::Config>::RuntimeCall = call.into();
		#[block]
		{
			call.authorize(TransactionSource::InBlock).ok_or("not authorized")?.map_err(|_| "refused")?;
		}
		Ok(())
	}

	/// The last reveal, which ends the work.
	#[benchmark]
	fn reveal_report(n: Linear<1, MAX_REVEALS_PER_CALL>) -> Result<(), BenchmarkError> {
		let (works, call) = waiting_for_reveal::<T, I>(n)?;
		let Call::reveal_report { session, scorer, reveals, signature } = call else { return Err("call".into()) };
		#[extrinsic_call]
		_(RawOrigin::Authorized, session, scorer, reveals, signature);
		assert!(works.iter().all(|work| !T::Game::has_begun(*work)));
		Ok(())
	}

	#[benchmark]
	fn authorize_reveal_report(n: Linear<1, MAX_REVEALS_PER_CALL>) -> Result<(), BenchmarkError> {
		let (_, call) = waiting_for_reveal::<T, I>(n)?;
		let call: <T as frame_system::Config>::RuntimeCall = call.into();
		#[block]
		{
			call.authorize(TransactionSource::InBlock).ok_or("not authorized")?.map_err(|_| "refused")?;
		}
		Ok(())
	}

	impl_benchmark_test_suite!(Pallet, crate::mock::new_test_ext(), crate::mock::Test);
}
