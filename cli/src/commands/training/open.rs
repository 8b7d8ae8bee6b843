//! `learnware training open`.

use super::{
	super::{
		signing::{self, connect, Advice, Case, Hold, Review},
		trial::{compile, failure},
		Context,
	},
	read, shown,
	test_set::{read_test_set, TestSet},
	words,
};
use crate::{
	amount::Amount,
	args::OpenTraining,
	chain::{calls, Chain, Receipt},
	error::{Failure, Result},
	ipfs::{cid_of_file, Cid, Ipfs},
	journal::{Journal, Status},
	training::{Rules, Score, Terms, MIN_REVEAL_PERIOD},
	words::{blocks, count},
};
use learnware_engine::{self as replay, Fault, Learnware, Taught, Usage};
use learnware_primitives::training::{curve::Curve, Limits, Settlement, MAX_LEARNWARE_BYTES};
use serde::Serialize;
use std::{fmt, path::Path};

/// Tries the learnware on all parts before anything else, puts the parts where they are found when it is time, writes
/// down how to reveal them, and only then opens the session.
pub fn run(context: &Context, args: &OpenTraining) -> Result<()> {
	let curve = args.curve.parse()?;
	let module = read(&args.learnware, MAX_LEARNWARE_BYTES)?;
	let state = args.from.as_deref().map(|path| State::read(path, &args.limits())).transpose()?;
	let parts = read_test_set(&args.test, args.parts)?;
	let settlement = args.settlement.into();
	let exam = {
		let _progress = context.output.progress("Scoring the test set");
		Exam::hold(&args.learnware, &module, state.as_ref(), &parts, settlement, &args.limits())?
	};
	context.output.note(format_args!("{exam}"));
	let signer = signing::signer(context, true)?;
	let chain = connect(context)?;
	let rules = context.block_on(async { chain.best().await?.training_rules() })?;
	let budget = chain.token.parse(&args.budget)?;
	let terms = terms(args, &chain, &rules)?;
	check(&chain, &rules, budget, &terms)?;

	let test_set = TestSet::draw(&signer, &chain, parts)?;
	if !args.again {
		let journal = Journal::look(&context.settings.home.data, &chain.genesis, &signer);
		let (files, cids) = (&test_set.files, &test_set.cids);
		shown::check(context, &chain, &journal, &signer.account.to_string(), (files, cids))?;
	}
	let learnware = cid_of_file(&module)?;
	let from = state.as_ref().map(|state| &state.cid);
	let call = calls::open_training(&learnware, from, &test_set.commitments, budget.0, curve, &terms);
	let review = review(&chain, &rules, budget, &curve, &terms, (&exam, state.as_ref()));
	if !signing::review(context, &chain, &signer, &call, &review)? {
		return Ok(());
	}
	let ipfs = Ipfs::for_files(&context.settings.ipfs_api.value)?;
	context.block_on(ipfs.add(module))?;
	let from = from.map(Cid::to_string);
	if let Some(state) = state {
		context.block_on(ipfs.add(state.bytes))?;
	}
	let journal = Journal::open(&context.settings.home.data, &chain.genesis, &signer)?;
	test_set.keep(&journal)?;
	let included = signing::send(context, &chain, &signer, &call)?;
	journal.mark_test_set(&test_set.commitments[0], included.training(), Status::Committed)?;
	context.output.data(&Opened {
		training: included.training(),
		learnware: learnware.to_string(),
		from,
		parts: test_set.cids.len(),
		budget,
		fees: terms.fees(exam.parts),
		deposit: rules.deposit_for(exam.parts),
		score: exam.score,
		curve,
		show_until: included.receipt.block.saturating_add(rules.show_period),
		terms,
		journal: journal.directory().display().to_string(),
		receipt: included.receipt,
		chain: &chain,
	});
	Ok(())
}

/// A state that a session is opened with.
struct State<'a> {
	path: &'a Path,
	bytes: Vec<u8>,
	cid: Cid,
}

impl<'a> State<'a> {
	fn read(path: &'a Path, limits: &Limits) -> Result<Self> {
		let bytes = read(path, Limits::MAX.state)?;
		if bytes.len() > limits.state as usize {
			let message = format!("{} is larger than the {} MiB of --state", path.display(), limits.state >> 20);
			return Err(Failure::input(message).help("raise --state: scorers do not fetch it; nothing was sent"));
		}
		let cid = cid_of_file(&bytes)?;
		Ok(Self { path, bytes, cid })
	}

	/// What the test set is scored with, if the learnware takes it.
	fn load(&self, name: &str, learnware: &Learnware, limits: replay::Limits) -> Result<Taught> {
		let usage = learnware.check(&self.bytes, limits).map_err(|fault| {
			let help = match fault {
				Fault::Trap(..) => {
					"is it what this very learnware has saved? `learnware training fetch` writes such a file"
				},
				Fault::Host(_) => "try again",
			};
			failure(&format!("{name} does not take {}", self.path.display()), &fault).help(help)
		})?;
		Ok(Taught { state: self.bytes.clone(), usage })
	}
}

/// What the learnware makes of its test set before any lesson.
#[derive(Clone, Copy, Serialize)]
struct Exam {
	/// Of all parts together.
	score: Score,
	parts: u32,
	/// Of all parts that are scored together.
	#[serde(flatten)]
	usage: Usage,
	#[serde(skip)]
	fuel_limit: u64,
}

impl Exam {
	fn hold(
		path: &Path,
		module: &[u8],
		from: Option<&State>,
		parts: &[Vec<u8>],
		settlement: Settlement,
		limits: &Limits,
	) -> Result<Self> {
		let name = path.display().to_string();
		let learnware = compile(&name, module)?;
		let engine = (*limits).into();
		let raise = "raise --fuel, --memory or --state if that is what is short; `learnware train --local` tries it";
		let begin = match from {
			Some(state) => state.load(&name, &learnware, engine)?,
			None => learnware.initial(engine).map_err(|fault| failure(&name, &fault).help(raise))?,
		};
		let (mut score, mut usage) = (Score::default(), begin.usage);
		for (index, part) in parts.iter().enumerate() {
			let scored = learnware.evaluate(&begin.state, &[part], engine).map_err(|fault| {
				let help = match fault {
					Fault::Trap(..) => format!("is the test set one for this learnware? {raise}"),
					Fault::Host(_) => "try again".into(),
				};
				failure(&format!("{name}, on part {index} of the test set"), &fault).help(help)
			})?;
			score.correct = score.correct.saturating_add(scored.score.correct);
			score.total = score.total.saturating_add(scored.score.total);
			let together = settlement == Settlement::AtEnd;
			let fuel =
				if together { usage.fuel.saturating_add(scored.usage.fuel) } else { usage.fuel.max(scored.usage.fuel) };
			usage = Usage { fuel, memory: usage.memory.max(scored.usage.memory) };
		}
		if usage.fuel > engine.fuel {
			let (takes, has) = (billions(usage.fuel), limits.fuel);
			return Err(Failure::input(format!(
				"the test set takes {takes} billion instructions, and --fuel is {has}"
			))
			.help("raise --fuel, or give a smaller test set"));
		}
		Ok(Self { score, parts: parts.len() as u32, usage, fuel_limit: engine.fuel })
	}
}

impl fmt::Display for Exam {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		write!(f, "score before the first lesson: {}", words::score(self.score))?;
		write!(
			f,
			"; the test takes {} of {} billion instructions and {} MiB",
			billions(self.usage.fuel),
			self.fuel_limit / 1_000_000_000,
			self.usage.memory.div_ceil(1 << 20)
		)
	}
}

fn billions(fuel: u64) -> String {
	format!("{:.1}", fuel as f64 / 1e9)
}

/// The terms, with the chain's least amounts for those that were left out.
fn terms(args: &OpenTraining, chain: &Chain, rules: &Rules) -> Result<Terms> {
	let amount = |given: &Option<String>, least: Amount| match given {
		Some(given) => chain.token.parse(given),
		None => Ok(least),
	};
	let usual = rules.usual_score_period(args.max_lessons, args.fuel);
	Ok(Terms {
		settlement: args.settlement.into(),
		mode: args.mode.into(),
		deposit: amount(&args.deposit, rules.min_lesson_deposit)?,
		max_lessons: args.max_lessons,
		commit_period: args.commit_period.blocks(chain.block_time),
		reveal_period: args.reveal_period.blocks(chain.block_time),
		test_period: args.test_period.blocks(chain.block_time),
		score_period: args.score_period.map_or(usual, |period| period.blocks(chain.block_time)),
		scoring_fee: amount(&args.scoring_fee, rules.least_fee(args.fuel))?,
		limits: args.limits(),
	})
}

/// Tells what the chain would refuse.
fn check(chain: &Chain, rules: &Rules, budget: Amount, terms: &Terms) -> Result<()> {
	let least = |what: &str, least: Amount| format!("{what} is below the chain's least, {}", chain.format(least));
	if budget < rules.min_budget {
		return Err(words::refusal(
			"BudgetTooSmall",
			least("the budget", rules.min_budget),
			"offer more with --budget",
		));
	}
	if terms.deposit < rules.min_lesson_deposit {
		let message = least("the deposit of a lesson", rules.min_lesson_deposit);
		return Err(words::refusal("DepositTooSmall", message, "raise --deposit, or leave it out"));
	}
	let fee = rules.least_fee(terms.limits.fuel);
	if terms.scoring_fee < fee {
		let help = "raise --scoring-fee, leave it out, or lower --fuel";
		return Err(words::refusal("FeeTooSmall", least("the scoring fee for so much fuel", fee), help));
	}
	let shortest = rules.shortest_score_period(terms.max_lessons, terms.limits.fuel);
	if terms.score_period < shortest {
		let message = format!(
			"scorers need {shortest} blocks for {} with {} fuel",
			count(terms.max_lessons as usize, "lesson"),
			terms.limits.fuel
		);
		let help = "leave --score-period out, or lower --max-lessons or --fuel";
		return Err(words::refusal("ScorePeriodTooShort", message, help));
	}
	let periods = [terms.commit_period, terms.reveal_period, terms.test_period, terms.score_period];
	if let Some(period) = periods.iter().find(|period| **period > rules.max_period) {
		let message = format!("a period of {period} blocks is longer than the chain's longest, {}", rules.max_period);
		return Err(words::refusal(
			"PeriodTooLong",
			message,
			"shorten it; for the score period, lower --max-lessons or --fuel",
		));
	}
	if terms.commit_period == 0 || terms.reveal_period.min(terms.test_period) < MIN_REVEAL_PERIOD {
		let message = format!("the commit period has at least 1 block, reveal and test period {MIN_REVEAL_PERIOD}");
		return Err(words::refusal("PeriodTooShort", message, "lengthen it"));
	}
	Ok(())
}

fn review(
	chain: &Chain,
	rules: &Rules,
	budget: Amount,
	curve: &Curve,
	terms: &Terms,
	(exam, from): (&Exam, Option<&State>),
) -> Review {
	let (fees, deposit) = (terms.fees(exam.parts), rules.deposit_for(exam.parts));
	let already = Amount(curve.reward(budget.0, exam.score.into()));
	let left = Amount(budget.0.saturating_sub(already.0));
	let withheld = format!(
		"the drawn part is not shown within {}, the test set not revealed in time, or a file not on IPFS when scorers \
		 need it: {} lost, and with lessons a part of the budget",
		blocks(rules.show_period, chain),
		chain.format(deposit)
	);
	let from = from.map(|State { path, bytes, cid }| Advice {
		about: "from",
		amount: Amount(0),
		what: format!("{}, {} bytes, which go to IPFS for everybody to see: {cid}", path.display(), bytes.len()),
	});
	let mut advice = Vec::from_iter(from);
	advice.extend([
		Advice { about: "to earn", amount: left, what: earnable(chain, curve, exam, already, left) },
		Advice {
			about: "scoring",
			amount: terms.scoring_fee,
			what: format!(
				"{} for each of at most {} and once more, within {}",
				chain.format(terms.scoring_fee),
				count(terms.max_lessons as usize, "lesson"),
				blocks(terms.score_period, chain)
			),
		},
	]);
	Review {
		holds: vec![
			Hold { what: "budget", amount: budget },
			Hold { what: "fees", amount: fees },
			Hold { what: "deposit", amount: deposit },
		],
		worst: Some(Case { amount: deposit, what: withheld }),
		advice,
		trial: serde_json::to_value(exam).ok(),
		asks: true,
		..Review::of(format!("Open a training session with {} parts", exam.parts))
	}
}

fn earnable(chain: &Chain, curve: &Curve, exam: &Exam, already: Amount, left: Amount) -> String {
	let (left, already) = (chain.format(left), chain.format(already));
	let score = words::percent(exam.score);
	format!("{left} from {score} up ({already} is for what it knows already); {}", words::curve(curve))
}

#[derive(Serialize)]
struct Opened<'a> {
	training: Option<u32>,
	/// CID of the module.
	learnware: String,
	/// CID of the state that it begins with; none for what the module begins with.
	from: Option<String>,
	parts: usize,
	budget: Amount,
	/// Held for scorers.
	fees: Amount,
	deposit: Amount,
	/// Before the first lesson, on all parts.
	score: Score,
	curve: Curve,
	terms: Terms,
	/// First block in which it is too late to show the drawn part.
	show_until: u32,
	journal: String,
	receipt: Receipt,
	#[serde(skip)]
	chain: &'a Chain,
}

impl fmt::Display for Opened<'_> {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		let (chain, receipt) = (self.chain, &self.receipt);
		let training = self.training.map_or("?".into(), |training| training.to_string());
		let wait = self.show_until.saturating_sub(receipt.block);
		writeln!(f, "opened session {training} in block {}: {}", receipt.block, self.learnware)?;
		if let Some(state) = &self.from {
			writeln!(f, "it goes on from {state}: keep that on IPFS until the first lessons are scored")?;
		}
		let [budget, fees, deposit] = [self.budget, self.fees, self.deposit].map(|amount| chain.format(amount));
		writeln!(
			f,
			"{budget} held as budget, {fees} for scorers, {deposit} as deposit; fee {}",
			chain.format(receipt.fee)
		)?;
		writeln!(f, "one part of its test set must be shown within {}", blocks(wait, chain))?;
		writeln!(f, "and the others when lessons are revealed: let `learnware training watch {training}` run")?;
		write!(f, "keep the files of the test set, and a copy of {}", self.journal)
	}
}
