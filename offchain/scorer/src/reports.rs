//! How reports get to the chain, whatever the game: committed and revealed in time, and again if they do not arrive.

use super::{
	chain::{ChainError, GameChain, Head},
	desk::Failures,
	game::Game,
	metrics::{Metrics, Round},
};
use learnware_primitives::commitment;
use pallet_quorum::{signing_payload, ReportReveal, ScorePhase, ScorerIndex, SessionIndex};
use parity_scale_codec::Encode;
use sp_core::{sr25519, H256};
use std::collections::{BTreeMap, HashMap, HashSet};

/// Blocks after which a report that is not on the chain is sent again.
const RESEND_AFTER: u32 = 4;

/// What was sent for each piece of work.
pub(super) struct Reports<G: Game> {
	sent: BTreeMap<G::Id, Sent>,
	metrics: Metrics,
}

#[derive(Default)]
struct Sent {
	/// Block in which something was last sent.
	at: HashMap<(ScorerIndex, Round), u32>,
	/// Scorers whose commitment has been looked at on the chain.
	seen: HashSet<ScorerIndex>,
}

/// A report with the round that it is for.
type Due<'a, G> = (<G as Game>::Id, ScorePhase<u32>, &'a <G as Game>::Report);

/// Who reports to whom.
struct Sender<'a, Chain> {
	chain: &'a Chain,
	best: Head,
	session: SessionIndex,
	scorer: ScorerIndex,
	key: &'a sr25519::Public,
}

impl<G: Game> Reports<G> {
	pub fn new(metrics: Metrics) -> Self {
		metrics.add_game(G::NAME);
		Self { sent: BTreeMap::new(), metrics }
	}

	/// Forgets all but the work that is still on.
	pub fn retain(&mut self, live: impl Fn(&G::Id) -> bool) {
		self.sent.retain(|work, _| live(work));
	}

	/// Sends what the best block still takes, in one call for each key and round. What fails for one piece of work, session or
	/// key keeps no other from being sent.
	pub fn send<'r>(
		&mut self,
		chain: &impl GameChain<G>,
		best: Head,
		report: impl Fn(&G::Id) -> Option<&'r G::Report>,
		failures: &mut Failures,
	) {
		let work = failures.note(|| format!("the work of the game of {}", G::NAME), chain.work(best));
		let mut sessions: BTreeMap<SessionIndex, Vec<Due<G>>> = BTreeMap::new();
		for (work, score) in work.into_iter().flatten().map(G::phase) {
			if let (Some(score), Some(report)) = (score, report(&work)) {
				sessions.entry(score.session).or_default().push((work, score, report));
			}
		}
		for (session, work) in sessions {
			let own = failures.note(|| format!("the scorers of session {session}"), chain.own_scorers(best, session));
			for (scorer, key) in own.into_iter().flatten() {
				let standing = failures.note(
					|| format!("the standing of scorer {scorer} of session {session}"),
					chain.standing(best, session, scorer),
				);
				if let Some(standing) = standing.flatten() {
					self.metrics.standing(&key, standing);
				}
				self.send_as(&Sender { chain, best, session, scorer, key: &key }, &work, failures);
			}
		}
	}

	fn send_as<Chain: GameChain<G>>(&mut self, sender: &Sender<Chain>, reports: &[Due<G>], failures: &mut Failures) {
		let Sender { chain, best, session, scorer, key } = *sender;
		let genesis = chain.genesis();
		let (mut commitments, mut reveals) = (Vec::new(), Vec::new());
		for (work, score, report) in reports {
			let salt = chain.salt(key, G::SALTS, &(genesis, session, work).encode());
			let Some(salt) = failures.note(|| format!("the salt for {}", G::describe(work)), salt) else { continue };
			let hash = H256(commitment::report(G::DOMAINS.report, &genesis.0, session, scorer, work, report, &salt));
			let committed = score.committed.iter().find(|(index, _)| *index == scorer).map(|(_, hash)| *hash);
			let (sent, metrics) = (self.sent.entry(*work).or_default(), &self.metrics);
			match committed {
				None if !score.revealing && sent.is_due(scorer, Round::Commit, best) => commitments.push((*work, hash)),
				None => {},
				Some(stored) if stored != hash => sent.tell_other(G::NAME, scorer, metrics, || G::describe(work)),
				Some(_) => {
					if sent.seen.insert(scorer) {
						metrics.confirmed(G::NAME);
					}
					let to_do = score.revealing && !score.revealed.contains(&scorer);
					if to_do && sent.is_due(scorer, Round::Reveal, best) {
						reveals.push(ReportReveal { work: *work, report: (*report).clone(), salt });
					}
				},
			}
		}
		commitments.truncate(G::MAX_COMMITMENTS as usize);
		reveals.truncate(G::MAX_REVEALS as usize);
		let mut sign = |payload: Vec<u8>| {
			let signature = chain.sign(key, &payload);
			failures.note(|| format!("a signature of scorer {scorer} of session {session}"), signature)
		};
		if !commitments.is_empty() {
			let payload = signing_payload(G::DOMAINS.commit, &genesis, session, scorer, &commitments);
			if let Some(signature) = sign(payload) {
				let work: Vec<_> = commitments.iter().map(|(work, _)| *work).collect();
				let sent = chain.send_commitments(session, scorer, commitments, signature);
				self.note_sent(sender, &work, Round::Commit, sent);
			}
		}
		if !reveals.is_empty() {
			let payload = signing_payload(G::DOMAINS.reveal, &genesis, session, scorer, &reveals);
			if let Some(signature) = sign(payload) {
				let work: Vec<_> = reveals.iter().map(|reveal| reveal.work).collect();
				let sent = chain.send_reveals(session, scorer, reveals, signature);
				self.note_sent(sender, &work, Round::Reveal, sent);
			}
		}
	}

	/// A refusal is no news: the pool holds one call of a key and round at a time, and the chain tells the rest.
	fn note_sent<Chain>(
		&mut self,
		sender: &Sender<Chain>,
		work: &[G::Id],
		round: Round,
		result: Result<(), ChainError>,
	) {
		if let Err(error) = result {
			tracing::debug!(target: "scorer", "The pool does not take a report now: {error}");
			return;
		}
		self.metrics.sent(G::NAME, round, work.len());
		for work in work {
			self.sent.entry(*work).or_default().at.insert((sender.scorer, round), sender.best.number);
		}
	}
}

impl Sent {
	/// The chain holds another report than the one found here; told once.
	fn tell_other(&mut self, game: &str, scorer: ScorerIndex, metrics: &Metrics, work: impl Fn() -> String) {
		if self.seen.insert(scorer) {
			metrics.disagreeing(game);
			tracing::warn!(target: "scorer", "The chain holds another report of this key on {}", work());
		}
	}

	fn is_due(&self, scorer: ScorerIndex, round: Round, best: Head) -> bool {
		self.at.get(&(scorer, round)).is_none_or(|sent| best.number >= sent.saturating_add(RESEND_AFTER))
	}
}
