//! Gold: answers that the provider knows, kept from everybody until the reveal phase.

use super::{
	signing::{self, connect, Review},
	Context,
};
use crate::{
	chain::{calls, Chain, Receipt, Sent},
	error::{Context as _, Failure, Kind, Result},
	files::{self, read_limited},
	game::{Disclosure, Sample, Stage},
	ipfs::{cid_of_file, parse_cid, Cid, Ipfs},
	journal::{Journal, Status},
	keystore::Signer,
	secret::DRAWS,
	words,
};
use learnware_primitives::{
	classes::{gold_sheet, MIN_GOLD, NO_ANSWER},
	commitment,
	label::{self, Defect},
	to_label, Summary, Task, MAX_LABEL_BYTES,
};
use rand::{rngs::OsRng, RngCore};
use serde::{
	de::{Error as _, MapAccess, Visitor},
	Deserialize, Deserializer, Serialize,
};
use std::{collections::BTreeMap, fmt, path::Path, time::Duration};

/// Samples that are over and are looked at for gold that they have shown, the newest ones: each takes many questions to the
/// node.
const LOOKED_AT: usize = 8;
/// Longest that this takes.
const PATIENCE: Duration = Duration::from_secs(10);

/// What a file says, or what is wrong with it.
pub type Read = std::result::Result<Summary, Box<Defect>>;

/// Reads gold as `{"ITEM": CLASS}` or as a label with gaps; as bad as a label can be.
pub fn read(path: &Path, task: &Task) -> Result<Read> {
	let bytes =
		read_limited(path, MAX_LABEL_BYTES).map_err(|error| Failure::file(Kind::Usage, "read", path, &error))?;
	let Task::Classification { items, classes } = task else {
		return Err(Failure::input(format!("{}: only a classification takes gold", path.display())));
	};
	if bytes.iter().find(|byte| !byte.is_ascii_whitespace()) != Some(&b'{') {
		return Ok(label::read(task, &bytes));
	}
	let text = files::text(bytes).map_err(|failure| failure.of(path))?;
	let Known(known) = serde_json::from_str(&text).map_err(|error| {
		Failure::input(format!("{}: {error}", path.display()))
			.help("write {\"ITEM\": CLASS}, each item once: items in quotes, classes as whole numbers (1, not 1.0)")
	})?;
	match known.iter().find(|(item, class)| *item >= items || *class >= classes) {
		Some((item, class)) => Err(Failure::input(format!(
			"{}: item {item} with class {class} is not in the task of {items} items and {classes} classes",
			path.display()
		))),
		None => gold_sheet(task, &known.into_iter().collect::<Vec<_>>())
			.map(Ok)
			.ok_or_else(|| Failure::input(format!("{}: no gold of the task", path.display()))),
	}
}

/// `{"ITEM": CLASS}` with each item once: of two classes of one item, nobody knows which is meant.
struct Known(BTreeMap<u32, u8>);

impl<'de> Deserialize<'de> for Known {
	fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
		deserializer.deserialize_map(Once)
	}
}

struct Once;

impl<'de> Visitor<'de> for Once {
	type Value = Known;

	fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		f.write_str("an object of items with their classes")
	}

	fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> std::result::Result<Known, A::Error> {
		let mut known = BTreeMap::new();
		while let Some((item, class)) = entries.next_entry::<u32, u8>()? {
			if known.insert(item, class).is_some() {
				return Err(A::Error::custom(format!("item {item} is given twice")));
			}
		}
		Ok(Known(known))
	}
}

/// Gold as the file that is committed to.
pub struct File {
	pub content: Vec<u8>,
	pub cid: Cid,
	/// Items that it knows.
	pub known: usize,
}

impl File {
	/// Reads gold that is good for something, and gives it the one form that it is committed in.
	pub fn read(path: &Path, task: &Task) -> Result<Self> {
		let wrong = |why: &str| {
			Failure::input(format!("{}: {why}", path.display())).help(format!(
				"write {{\"ITEM\": CLASS}}, or a label with null where nothing is known; the task has {}",
				task
			))
		};
		let summary = read(path, task)?.map_err(|defect| words::defect(path.display(), &defect))?;
		let known = match &summary {
			Summary::Classes(sheet) => sheet.iter().filter(|class| **class != NO_ANSWER).count(),
			_ => 0,
		};
		if known < MIN_GOLD as usize {
			return Err(wrong(&format!(
				"it knows {}, and less than {MIN_GOLD} are ignored",
				words::count(known, "item")
			)));
		}
		let content = to_label(task, &summary);
		Ok(Self { cid: cid_of_file(&content)?, content, known })
	}
}

/// Refuses gold that a sample with the same question has shown, or is about to; the question is that of a dataset about
/// the file at `asked`. The same answers to other files tell nobody anything.
pub fn check_unknown(
	context: &Context,
	chain: &Chain,
	signer: &Signer,
	(dataset, asked): (u32, &Cid),
	gold: &File,
) -> Result<()> {
	let journal = Journal::look(&context.settings.home.data, &chain.genesis, signer);
	let _progress = context.output.progress("Looking whether the gold was shown before");
	let Some(sample) =
		context.block_on(shown_with(chain, &journal, (dataset, &asked.to_string()), &gold.cid.to_string()))?
	else {
		return Ok(());
	};
	Err(Failure::new(
		Kind::Usage,
		"shown_before",
		format!("sample {sample} shows this very gold: anybody can answer by it"),
	)
	.help("give other answers that you know; --again submits it all the same"))
}

/// The sample with which gold is shown.
async fn shown_with(
	chain: &Chain,
	journal: &Journal,
	(dataset, asked): (u32, &str),
	location: &str,
) -> Result<Option<u32>> {
	let at = chain.best().await?;
	let (next, samples) = (at.next_sample().await?, at.samples().await?);
	let asks_the_same = |sample: &Sample| sample.dataset == dataset && sample.location == asked;
	let shows = |sample: &Sample| sample.gold.as_ref().and_then(Disclosure::location) == Some(location);
	let golds = journal.golds()?.into_iter().filter(|gold| {
		let is_for_it = gold.dataset == dataset && gold.asked.as_deref().is_none_or(|of| of == asked);
		is_for_it && gold.location == location
	});
	for gold in golds {
		let hides = |sample: &&Sample| {
			sample.gold.as_ref().and_then(Disclosure::commitment).is_some_and(|commitment| gold.opens(&commitment))
		};
		let live = samples.iter().filter(|sample| asks_the_same(sample)).find(hides).map(|sample| sample.sample);
		// A development chain that has begun again knows nothing of what was shown before.
		let shown = gold.sample.filter(|sample| gold.status == Status::Revealed && *sample < next);
		if let Some(sample) = live.or(shown) {
			return Ok(Some(sample));
		}
	}
	if let Some(sample) = samples.iter().find(|sample| asks_the_same(sample) && shows(sample)) {
		return Ok(Some(sample.sample));
	}
	let over = (0..next).rev().filter(|number| samples.iter().all(|sample| sample.sample != *number)).take(LOOKED_AT);
	let looked = async {
		for number in over {
			// What the node has forgotten, nobody can look at.
			match chain.game(number).await {
				Ok(Some(game)) if asks_the_same(&game.sample) && shows(&game.sample) => return Some(number),
				_ => {},
			}
		}
		None
	};
	// What is not found in time is not known.
	Ok(tokio::time::timeout(PATIENCE, looked).await.unwrap_or_default())
}

/// Commits to gold for a sample of `dataset`, and writes down how to reveal it. The gold itself stays here: whoever
/// can fetch it knows it.
pub fn commit(
	context: &Context,
	chain: &Chain,
	signer: &Signer,
	(dataset, asked): (u32, &Cid),
	gold: &File,
) -> Result<[u8; 32]> {
	let draw = OsRng.next_u32() % DRAWS;
	let commitment = hash(chain, signer, dataset, &gold.cid, draw);
	if !context.dry_run {
		let content = String::from_utf8(gold.content.clone()).input("the gold")?;
		let journal = Journal::open(&context.settings.home.data, &chain.genesis, signer)?;
		journal.prepare_gold((dataset, asked.to_string()), draw, gold.cid.to_string(), content, &commitment)?;
	}
	Ok(commitment)
}

fn hash(chain: &Chain, signer: &Signer, dataset: u32, cid: &Cid, draw: u32) -> [u8; 32] {
	let salt = signer.root.gold_salt(&chain.genesis, dataset, draw);
	commitment::gold(&chain.genesis, dataset, &signer.account.0, &cid.to_bytes(), &salt)
}

/// What opens a commitment to gold.
pub struct Secret {
	commitment: [u8; 32],
	cid: Cid,
	content: Vec<u8>,
	draw: u32,
}

impl Secret {
	/// From the journal.
	pub fn remembered(journal: &Journal, sample: &Sample) -> Result<Self> {
		let commitment = committed(sample)?;
		let entry = journal.gold(&commitment)?.ok_or_else(|| {
			Failure::account(format!("the journal has no gold for sample {}", sample.sample))
				.help(format!("`learnware sample reveal-gold {} FILE` with the file of the gold", sample.sample))
		})?;
		Ok(Self { commitment, cid: parse_cid(&entry.location)?, content: entry.content.into(), draw: entry.draw })
	}

	/// From the file of the gold, trying all salts that it may have been committed with.
	pub fn found(chain: &Chain, signer: &Signer, sample: &Sample, path: &Path) -> Result<Self> {
		let (commitment, gold) = (committed(sample)?, File::read(path, &sample.task)?);
		let opens = |draw: &u32| hash(chain, signer, sample.dataset, &gold.cid, *draw) == commitment;
		let draw = (0..DRAWS).find(opens).ok_or_else(|| {
			let message =
				format!("{} is not the gold that was committed with sample {}", path.display(), sample.sample);
			Failure::input(message).help("give the gold that was committed, by the account that did")
		})?;
		Ok(Self { commitment, cid: gold.cid, content: gold.content, draw })
	}

	/// Puts the gold on IPFS and sends its reveal.
	pub async fn send(&self, context: &Context, chain: &Chain, signer: &Signer, sample: &Sample) -> Result<Sent> {
		self.publish(context).await?;
		chain.submit(chain.sign(&self.call(chain, signer, sample), signer).await?).await
	}

	async fn publish(&self, context: &Context) -> Result<()> {
		Ipfs::for_labels(&context.settings.ipfs_api.value)?.add(self.content.clone()).await.map(|_| ())
	}

	fn call(&self, chain: &Chain, signer: &Signer, sample: &Sample) -> impl subxt::tx::Payload {
		let salt = signer.root.gold_salt(&chain.genesis, sample.dataset, self.draw);
		calls::reveal_gold(sample.sample, &self.cid, *salt)
	}

	/// Notes that the reveal is in a block.
	pub fn done(&self, journal: &Journal, sample: u32) -> Result<()> {
		journal.mark_gold(&self.commitment, Some(sample), Status::Revealed)
	}

	pub fn location(&self) -> String {
		self.cid.to_string()
	}
}

fn committed(sample: &Sample) -> Result<[u8; 32]> {
	match sample.gold {
		Some(Disclosure::Committed { commitment }) => Ok(commitment),
		_ => Err(words::refusal("NoGold", format!("sample {} has no gold to reveal", sample.sample), "nothing to do")),
	}
}

/// `learnware sample reveal-gold`.
pub fn reveal(context: &Context, number: u32, file: Option<&Path>) -> Result<()> {
	let signer = signing::signer(context, false)?;
	let chain = connect(context)?;
	let (sample, now) = context.block_on(async {
		let at = chain.best().await?;
		Ok((at.sample(number).await?, at.number()))
	})?;
	let sample = sample.ok_or_else(|| words::unknown_sample(number))?;
	check(&chain, &signer, &sample, now)?;
	let journal = Journal::open(&context.settings.home.data, &chain.genesis, &signer)?;
	let secret = match file {
		Some(path) => Secret::found(&chain, &signer, &sample, path)?,
		None => Secret::remembered(&journal, &sample)?,
	};
	let call = secret.call(&chain, &signer, &sample);
	let review = Review::of(format!("Reveal the gold of sample {number}: {}", secret.cid));
	if !signing::review(context, &chain, &signer, &call, &review)? {
		return Ok(());
	}
	context.block_on(secret.publish(context))?;
	let receipt = signing::send(context, &chain, &signer, &call)?.receipt;
	secret.done(&journal, number)?;
	context.output.data(&Revealed { sample: number, location: secret.location(), receipt });
	Ok(())
}

/// Tells what the chain would refuse.
fn check(chain: &Chain, signer: &Signer, sample: &Sample, now: u32) -> Result<()> {
	let number = sample.sample;
	if sample.provider != signer.account.to_string() {
		let message = format!("sample {number} is not of {}, but of {}", signer.account, sample.provider);
		return Err(words::refusal("NotProvider", message, "sign as its provider with --account"));
	}
	let stage = format!("sample {number}: {}", words::stage(&sample.stage, now, chain));
	match (&sample.gold, &sample.stage) {
		(None, _) => Err(words::refusal(
			"NoGold",
			format!("sample {number} was submitted without gold"),
			"gold is committed with `learnware sample submit --gold FILE`",
		)),
		(Some(Disclosure::Revealed { location }), _) => Err(words::refusal(
			"AlreadyRevealed",
			format!("the gold of sample {number} is revealed already: {location}"),
			format!("`learnware sample watch {number}` waits for the outcome"),
		)),
		(Some(Disclosure::Committed { .. }), Stage::Reveal { .. }) => Ok(()),
		(Some(Disclosure::Committed { .. }), Stage::Commit { .. }) => {
			Err(words::refusal("TooEarly", stage, words::gold_not_revealed(number, &sample.stage)))
		},
		(Some(Disclosure::Committed { .. }), Stage::Score { .. } | Stage::Overdue { .. }) => {
			Err(words::refusal("TooLate", stage, words::gold_not_revealed(number, &sample.stage)))
		},
	}
}

#[derive(Serialize)]
struct Revealed {
	sample: u32,
	location: String,
	receipt: Receipt,
}

impl fmt::Display for Revealed {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		write!(f, "revealed the gold of sample {} in block {}: {}", self.sample, self.receipt.block, self.location)?;
		write!(f, "\nkeep it on IPFS until the sample is scored")
	}
}
