//! Whole games on real nodes, played with the real command line and the polkadot.js scripts.
//!
//! The programs must have been built before: `cargo build --release --workspace --bins`.

use learnware_demo::{
	crowd::{bluebird, Dataset},
	driving,
	game::{self, Plan},
	network::Network,
	players::{address, PLAYERS, PROVIDER, UNIT},
	results::{Results, SampleResult},
	tool::Tool,
	training::TrainingResult,
	PATIENCE,
};
use learnware_ipfs::{
	server::{Server, ServerLimits},
	BlockStore,
};
use serde_json::Value;
use std::{
	net::{SocketAddr, TcpListener},
	path::{Path, PathBuf},
	process::Command,
	sync::{mpsc, Arc, Mutex, MutexGuard, PoisonError},
	thread,
	time::{Duration, Instant},
};
use tempfile::TempDir;

/// One network at a time: two cores are all there may be.
fn alone() -> MutexGuard<'static, ()> {
	static NETWORK: Mutex<()> = Mutex::new(());
	NETWORK.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A program beside this test.
fn program(name: &str) -> PathBuf {
	let test = std::env::current_exe().unwrap();
	let program = test.ancestors().nth(2).unwrap().join(name);
	assert!(program.exists(), "{} is missing: cargo build --release --workspace --bins", program.display());
	program
}

fn repository() -> PathBuf {
	Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap().to_owned()
}

fn start(network: &mut Network) -> Tool {
	let tool = tool(network);
	tool.wait_for_finality(network.first().unwrap()).unwrap();
	tool
}

fn tool(network: &mut Network) -> Tool {
	let folder = network.folder().join("home");
	Tool::new(&program("learnware"), &folder, network.first().unwrap(), PROVIDER)
}

/// All photographs as one sample, without gold, and its files.
fn one_sample(network: &Network) -> Dataset {
	bluebird::read(&repository().join("data"), network.folder(), 1, PLAYERS.len() as u32, 0).unwrap()
}

fn number(value: &Value) -> u128 {
	value.as_str().unwrap_or_else(|| panic!("no amount: {value}")).parse().unwrap()
}

/// What an account has, free and held.
fn wealth(tool: &Tool, account: &str) -> (u128, u128) {
	let shown = tool.as_account(account).run(&["account", "show", "--balance"]).unwrap();
	(number(&shown["balance"]["free"]), number(&shown["balance"]["held"]))
}

/// Bounty and collateral of a resolved sample add up, and its numbers are the changes of the balances.
fn follow_the_money(tool: &Tool, end: &Value, before: &[(String, u128)]) {
	let labels = end["labels"].as_array().unwrap();
	let paid: u128 = labels.iter().map(|label| number(&label["paid"])).sum();
	assert_eq!(number(&end["bounty"]), paid + number(&end["returned"]) + number(&end["scoring_fee"]), "{end}");
	for (account, before) in before {
		let address = address(tool, account).unwrap();
		let Some(label) = labels.iter().find(|label| label["account"] == address.as_str()) else { continue };
		let (free, held) = wealth(tool, account);
		assert_eq!(held, 0, "{account} has something on hold");
		let expected = before + number(&label["paid"]) - number(&label["slashed"]);
		let fees = expected.checked_sub(free).unwrap_or_else(|| panic!("{account} got more than it was paid"));
		assert!(fees > 0 && fees < UNIT / 10, "{account} paid {fees} of fees");
	}
	assert_eq!(tool.run(&["sample", "list"]).unwrap().as_array().map(Vec::len), Some(0), "a sample was left behind");
}

/// Runs one of the polkadot.js scripts; what it prints with `--json`.
fn polkadot_js(script: &str, tool_url: (&str, &str), suri: &str, folder: &Path, arguments: &[&str]) -> Value {
	let output = Command::new("node")
		.arg(repository().join("examples/polkadot-js").join(script))
		.args(["--json", "--url", tool_url.0, "--ipfs-api", tool_url.1, "--suri", suri])
		.args(arguments)
		.current_dir(folder)
		.output()
		.expect("node runs");
	let words = String::from_utf8_lossy(&output.stderr);
	assert!(output.status.success(), "{script}: {words}\n{}", String::from_utf8_lossy(&output.stdout));
	let text = String::from_utf8(output.stdout).unwrap();
	serde_json::from_str(text.lines().last().unwrap_or_default())
		.or_else(|_| serde_json::from_str(&text))
		.unwrap_or_else(|error| panic!("{script}: {error}: {text}"))
}

/// Four validators play a sample that was submitted with polkadot.js; so is one of the labels.
#[test]
fn four_validators_and_polkadot_js() {
	let _alone = alone();
	let mut network = Network::local(&program("learnware-node")).unwrap();
	let tool = start(&mut network);
	let dataset = one_sample(&network);
	let sheet = &dataset.sheets[0];
	let folder = network.folder().to_owned();
	let node = network.first().unwrap();
	let (url, ipfs_api) = (node.url(), node.ipfs_api());
	let js = |script, suri, arguments: &[&str]| polkadot_js(script, (&url, &ipfs_api), suri, &folder, arguments);

	let items = sheet.items().to_string();
	let submitted = js(
		"submit-sample.mjs",
		PROVIDER,
		&[
			"--new-dataset",
			"--description",
			dataset.description.to_str().unwrap(),
			"--file",
			sheet.file.to_str().unwrap(),
			"--items",
			&items,
			"--classes",
			"2",
			"--bounty",
			"120UNIT",
			"--collateral",
			"10UNIT",
			"--max-labels",
			&PLAYERS.len().to_string(),
			"--commit-period",
			"120",
			"--reveal-period",
			"90",
			"--score-period",
			"60",
		],
	);
	let sample = submitted["sample"].as_u64().unwrap() as u32;
	let number = sample.to_string();

	// Eve and the stashes run no validator: what they get is what the game pays.
	let people = ["//Eve", "//Ferdie", "//Alice//stash", "//Bob//stash", "//Charlie//stash"];
	let before: Vec<_> = people.iter().map(|who| (who.to_string(), wealth(&tool, who).0)).collect();
	let end = thread::scope(|scope| {
		for (worker, account) in PLAYERS.iter().enumerate().skip(1) {
			let player = tool.as_account(account);
			let label = (sample, sheet.labels[worker].file.clone());
			scope.spawn(move || game::play(&player, &[label]).unwrap());
		}
		let file = sheet.labels[0].file.to_str().unwrap();
		let label =
			js("commit-label.mjs", PLAYERS[0], &["--sample", &number, "--label", file, "--secret", "secret.json"]);
		assert_eq!(label["sample"], sample);
		js("reveal-label.mjs", PLAYERS[0], &["--secret", "secret.json", "--wait"]);
		let (tell, _events) = mpsc::channel();
		game::follow(&tool, sample, &tell).unwrap()
	});
	assert_eq!(end["end"], "paid");
	let labels = end["labels"].as_array().unwrap();
	assert_eq!(labels.len(), PLAYERS.len());
	assert!(labels.iter().all(|label| label["bad"].is_null() && label["slash_reason"] != "not_revealed"));
	follow_the_money(&tool, &end, &before);

	// The polkadot.js script tells the same end, and the consensus is on IPFS.
	let followed = js("follow.mjs", PROVIDER, &["--sample", &number]);
	assert!(followed.to_string().contains(end["consensus"].as_str().unwrap()), "{followed}");
	let consensus = folder.join("consensus.json");
	tool.run(&["ipfs", "cat", end["consensus"].as_str().unwrap(), "--output", consensus.to_str().unwrap()]).unwrap();
	let consensus: Vec<u8> = serde_json::from_slice(&std::fs::read(consensus).unwrap()).unwrap();
	assert_eq!(consensus.len(), sheet.items());
	// All four took part: the fee was shared, and nobody deviated.
	assert!(node_logs(&network).iter().all(|log| log.contains(&format!("Judged sample {sample}"))));
}

fn node_logs(network: &Network) -> Vec<String> {
	network.nodes.iter().map(|node| node.log()).collect()
}

/// A block store behind Kubo's RPC, in this process.
struct Ipfs {
	url: String,
	_runtime: tokio::runtime::Runtime,
}

impl Ipfs {
	fn serve(store: Arc<BlockStore>, address: SocketAddr) -> Self {
		let runtime = tokio::runtime::Runtime::new().unwrap();
		let server = runtime.block_on(Server::rpc(store, address, ServerLimits::default())).unwrap();
		let url = format!("http://{}", server.address());
		runtime.spawn(server.run(std::future::pending()));
		Self { url, _runtime: runtime }
	}
}

fn free_address() -> SocketAddr {
	TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap()
}

fn wait_until(what: &str, mut done: impl FnMut() -> bool) {
	let deadline = Instant::now() + PATIENCE;
	while !done() {
		assert!(Instant::now() < deadline, "waited too long until {what}");
		thread::sleep(Duration::from_millis(200));
	}
}

/// A node whose IPFS daemon is down goes on making blocks, and scores when the daemon is back.
#[test]
fn a_node_without_ipfs_makes_blocks_and_catches_up() {
	let _alone = alone();
	let folder = TempDir::new().unwrap();
	let store = Arc::new(BlockStore::open(folder.path(), 1 << 30).unwrap());
	let daemon = free_address();
	let mut network = Network::development(&program("learnware-node"), Some(&format!("http://{daemon}"))).unwrap();
	// The players add their labels at once; only the node does not reach them.
	let outside = Ipfs::serve(store.clone(), free_address());
	let tool = tool(&mut network).with_ipfs_api(&outside.url);
	tool.wait_for_finality(network.first().unwrap()).unwrap();
	let plan = Plan { score_period: 120, ..Plan::default() };
	let dataset = one_sample(&network);
	let sheet = &dataset.sheets[0];
	let (tell, _events) = mpsc::channel();
	let sample = game::offer(&tool, &plan, &dataset, &tell).unwrap().remove(0);
	let finalized = || tool.run(&["chain", "health"]).map_or(0, |health| health["finalized"].as_u64().unwrap_or(0));
	let end = thread::scope(|scope| {
		for (worker, account) in PLAYERS.iter().enumerate() {
			let player = tool.as_account(account);
			let label = (sample, sheet.labels[worker].file.clone());
			scope.spawn(move || game::play(&player, &[label]).unwrap());
		}
		let shown = || tool.run(&["sample", "show", &sample.to_string()]).unwrap();
		wait_until("the sample is scored", || {
			shown()["sample"]["stage"]["phase"] == "score" || shown()["stage"]["phase"] == "score"
		});
		let since = finalized();
		wait_until("blocks are finalized without IPFS", || finalized() > since + 5);
		let node = network.first().unwrap();
		node.check().unwrap();
		assert!(node.log().contains("IPFS does not give a file"), "{}", node.log_end());
		assert!(!node.log().contains("Judged sample"), "nothing can be judged yet");
		let _daemon = Ipfs::serve(store, daemon);
		let (tell, _events) = mpsc::channel();
		game::follow(&tool, sample, &tell).unwrap()
	});
	assert_eq!(end["end"], "paid", "{end}");
	assert!(end["labels"].as_array().unwrap().iter().all(|label| label["bad"].is_null()));
}

/// What goes wrong ends in an error that says what to do, and holds nothing; a label that nobody can fetch costs
/// its collateral.
#[test]
fn bad_input_and_a_label_that_nobody_can_fetch() {
	let _alone = alone();
	let mut network = Network::development(&program("learnware-node"), None).unwrap();
	let tool = start(&mut network);
	let dataset = one_sample(&network);
	let sheet = &dataset.sheets[0];
	let folder = network.folder().to_owned();
	let (tell, _events) = mpsc::channel();
	let eve = tool.as_account("//Eve");
	let label = sheet.labels[3].file.to_str().unwrap();
	let refused = |tool: &Tool, arguments: &[&str], words: &str| {
		let (code, error) = tool.fail(arguments).unwrap();
		let text = error.to_string().to_lowercase();
		assert!(text.contains(&words.to_lowercase()), "`{}` says {error}, not {words}", arguments.join(" "));
		assert!(!error["message"].as_str().unwrap_or_default().is_empty());
		code
	};
	refused(&eve, &["label", "commit", "77", label], "sample 77");
	refused(&tool, &["sample", "submit", "77", label, "--bounty", "120UNIT"], "dataset 77");
	let sample = game::offer(&tool, &Plan::default(), &dataset, &tell).unwrap().remove(0);
	let number = sample.to_string();
	refused(&tool, &["sample", "submit", "0", label, "--bounty", "1"], "bounty");
	refused(&tool, &["sample", "submit", "0", "--cid", "bafkqaaa", "--bounty", "120UNIT"], "bafkqaaa");
	for (name, content) in [("short.json", "[0,1]"), ("text.json", "birds"), ("classes.json", "[9]")] {
		let file = folder.join(name);
		std::fs::write(&file, content).unwrap();
		assert_eq!(refused(&eve, &["label", "commit", &number, file.to_str().unwrap()], "nothing was sent"), 2);
	}
	refused(&eve, &["label", "reveal", &number], "label");
	assert_eq!(wealth(&tool, "//Eve").1, 0, "nothing was held");

	// Ferdie's daemon is not there when it counts.
	let away = TempDir::new().unwrap();
	let store = Arc::new(BlockStore::open(away.path(), 1 << 30).unwrap());
	let hidden = Ipfs::serve(store, free_address());
	let before: Vec<_> = PLAYERS.iter().skip(1).map(|who| (who.to_string(), wealth(&tool, who).0)).collect();
	let end = thread::scope(|scope| {
		for (worker, account) in PLAYERS.iter().enumerate() {
			let player = tool.as_account(account);
			let player = if *account == "//Ferdie" { player.with_ipfs_api(&hidden.url) } else { player };
			let label = (sample, sheet.labels[worker].file.clone());
			scope.spawn(move || game::play(&player, &[label]).unwrap());
		}
		let (tell, _events) = mpsc::channel();
		game::follow(&tool, sample, &tell).unwrap()
	});
	assert_eq!(end["end"], "paid", "{end}");
	let ferdie = address(&tool, "//Ferdie").unwrap();
	for label in end["labels"].as_array().unwrap() {
		let bad = label["account"] == ferdie.as_str();
		assert_eq!(label["bad"] == "unavailable", bad, "{label}");
		assert_eq!(label["slash_reason"] == "bad_label", bad, "{label}");
	}
	follow_the_money(&tool, &end, &before);
	refused(&eve, &["label", "commit", &number, label], "over");
	refused(&eve, &["sample", "resolve", &number], "sample");
}

/// Half of the validators are gone: blocks go on, finality does not, and nobody is told that all is well.
#[test]
fn finality_that_stands_still_is_no_health() {
	let _alone = alone();
	let mut network = Network::local(&program("learnware-node")).unwrap();
	let tool = start(&mut network);
	network.nodes.truncate(2);
	let deadline = Instant::now() + PATIENCE;
	let (code, error) = loop {
		match tool.fail(&["chain", "health"]) {
			Ok(failed) => break failed,
			Err(good) => assert!(Instant::now() < deadline, "{good}"),
		}
		thread::sleep(Duration::from_millis(500));
	};
	assert_eq!((code, error["code"].as_str()), (3, Some("unhealthy")), "{error}");
	let message = error["message"].as_str().unwrap();
	assert!(message.contains("finality has not moved for") && message.contains("payments wait for it"), "{error}");
	let details = &error["details"];
	assert!(details["finality_waits"].as_u64() > Some(20), "{error}");
	assert!(details["best"].as_u64() > details["finalized"].as_u64(), "{error}");
}

/// The demo as `scripts/demo` starts it: three samples of a classification with gold, one segmentation, one regression.
#[test]
fn the_demo_tells_who_was_paid_and_draws_it() {
	let _alone = alone();
	let folder = TempDir::new().unwrap();
	let (json, picture) = (folder.path().join("table.json"), folder.path().join("demo.svg"));
	let demo = program("learnware-demo");
	let output = Command::new(&demo)
		.args(["--programs".as_ref(), demo.parent().unwrap().as_os_str()])
		.args(["--data".as_ref(), repository().join("data").as_os_str()])
		.args(["--json".as_ref(), json.as_os_str()])
		.args(["--picture".as_ref(), picture.as_os_str()])
		.args(["--learnwares".as_ref(), learnwares().as_os_str()])
		.output()
		.unwrap();
	let (said, words) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
	assert!(output.status.success(), "{words}\n{said}");
	assert!(said.contains(picture.to_str().unwrap()), "it does not say where the picture is: {said}");

	let text = std::fs::read_to_string(json).unwrap();
	let Results { samples, training } = serde_json::from_str(&text).unwrap();
	let tasks: Vec<_> = samples.iter().map(|sample| (sample.task.as_str(), sample.labels.len())).collect();
	let birds = ("classification", PLAYERS.len());
	assert_eq!(tasks, [birds, birds, birds, ("mask", 7), ("vector", 9)]);
	samples.iter().for_each(check_table);
	check_training(&training);
	let curve = std::fs::read_to_string(picture.with_file_name("demo-training.svg")).unwrap();
	assert!(curve.starts_with("<svg ") && curve.contains("</svg>"));

	// Everybody's mask, the image, the truth and the consensus.
	let picture = std::fs::read_to_string(picture).unwrap();
	assert!(picture.starts_with("<svg ") && picture.ends_with("</svg>\n"));
	assert_eq!(picture.matches(r##"href="#image""##).count(), 7 + 3);
	assert!(!picture.contains("No consensus"));
}

/// Where scripts/learnwares puts the modules.
fn learnwares() -> PathBuf {
	let folder = repository().join("learnwares/target/wasm32v1-none/release/examples");
	assert!(folder.join("mlp_digits.wasm").is_file(), "compile the learnwares first: scripts/learnwares");
	folder
}

/// Three tutors taught the model digits, and nothing of the budget is lost. That each payment is the curve's, the demo
/// checks itself.
fn check_training(training: &TrainingResult) {
	assert_eq!((training.end.as_str(), training.lessons.len()), ("finished", 3), "{training:?}");
	let amount = |text: &str| text.parse::<u128>().unwrap();
	let paid: u128 = training.lessons.iter().map(|lesson| amount(&lesson.paid)).sum();
	assert_eq!((paid, amount(&training.budget)), (amount(&training.paid), 1_000 * UNIT));
	assert_eq!(paid + amount(&training.returned), 1_000 * UNIT);
	let last = training.lessons.iter().rev().find(|lesson| lesson.kept).expect("something was learned");
	let score = last.after.expect("it was scored");
	assert!(f64::from(score.correct) / f64::from(score.total) > 0.95, "{training:?}");
	assert!(training.lessons.iter().all(|lesson| lesson.slashed == "0"), "{training:?}");
	assert!(amount(&training.scoring_fee) > 0 && training.state.is_some());
}

/// Lessons that are settled one by one, each on questions of its own: a teacher is paid, a saboteur pays.
#[test]
fn a_crowd_teaches_a_car() {
	let _alone = alone();
	let mut network = Network::development(&program("learnware-node"), None).unwrap();
	let tool = start(&mut network);
	let (tell, _events) = mpsc::channel();
	let module = learnwares().join("mlp_steering.wasm");
	let drive = driving::run(&tool, network.folder(), &module, 4, &tell).unwrap();

	let entries = &drive.history.entries;
	let names: Vec<_> = entries.iter().map(|entry| &*drive.history.contributors[entry.contributor]).collect();
	assert_eq!(names, ["teacher 1", "noisy", "teacher 2", "saboteur"]);
	assert!(entries[0].is_kept() && entries[0].paid > 0, "{entries:?}");
	assert!(!entries[3].is_kept(), "{entries:?}");
	assert_eq!(entries[3].paid, -100 * UNIT as i128, "its fall is worth more than the deposit: {entries:?}");
	assert!(entries[3].distance >= entries[0].distance, "the car does not drive on from what was left out");
	assert_ne!(drive.states[0], drive.states[1]);

	// All that was held is accounted for, and is what the lessons were told to be.
	let of = |name: &str| number(&drive.end[name]);
	assert_eq!(drive.end["end"], "finished", "{}", drive.end);
	assert_eq!(of("budget") + of("charged"), of("paid") + of("returned") + of("slashed"));
	let paid: i128 = entries.iter().map(|entry| entry.paid).sum();
	assert_eq!(paid, of("paid") as i128 - of("charged") as i128);
}

/// The money adds up to the last unit, the gold was revealed in time and counts, and the accurate were paid more.
fn check_table(sample: &SampleResult) {
	assert_eq!(sample.end, "paid", "{sample:?}");
	assert_eq!(sample.bounty, (120 * UNIT).to_string());
	assert_eq!(sample.spent().unwrap(), 120 * UNIT);
	let gold = if sample.task == "classification" { (Some(4), Some("counted")) } else { (None, Some("none")) };
	assert_eq!((sample.gold, sample.gold_use.as_deref()), gold, "{sample:?}");
	let correlation = sample.rank_correlation().unwrap().expect("pay and accuracy differ");
	assert!(correlation > 0.0, "rank correlation {correlation}: {sample:?}");
	assert!(sample.consensus_cid.is_some(), "{sample:?}");
	assert!(sample.consensus_accuracy.is_some_and(|accuracy| accuracy > 0.0), "{sample:?}");
	for label in &sample.labels {
		let (paid, slashed): (u128, u128) = (label.paid.parse().unwrap(), label.slashed.parse().unwrap());
		assert_eq!(label.rank.is_some(), paid > 0, "{label:?}");
		assert!(paid == 0 || slashed == 0, "{label:?}");
		assert_eq!(label.reason.is_some(), slashed > 0, "{label:?}");
		// Who drew only the edge of the cell is far off; nobody else is.
		assert_eq!(slashed > 0, sample.task == "mask" && label.worker == 6, "{label:?}");
		assert_eq!(label.error.is_some(), sample.task == "vector", "{label:?}");
	}
}
