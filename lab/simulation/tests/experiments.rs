//! Experiments on the crowds in `data/`.

use learnware_simulation::{run, Attack, Duplicates, Options, Results, Row, Rule};
use std::path::Path;

fn options(crowd: &str) -> Options {
	let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data").join(crowd);
	Options { games: 400, shares: vec![30], ..Options::new(folder) }
}

fn row(results: &Results, attack: Attack, rule: Rule, gold: usize) -> &Row {
	let fits = |row: &&Row| row.setting.attack == attack && row.rule == rule && row.gold == gold;
	results.rows.iter().find(fits).unwrap()
}

fn refusal(options: Options) -> String {
	run(&options).unwrap_err().to_string()
}

#[test]
fn no_attackers_no_attack() {
	let results = run(&Options { shares: vec![0], games: 100, ..options("bluebird") }).unwrap();
	for found in results.rows.iter().filter(|row| !row.setting.attack.is_single()) {
		let nobody = row(&results, Attack::None, found.rule, found.gold);
		assert_eq!(found.measures(), nobody.measures(), "{found:?}");
	}
}

#[test]
fn a_seed_gives_the_same_bytes() {
	let few = Options { games: 50, ..options("rte") };
	let first = run(&few).unwrap();
	let second = run(&few).unwrap();
	assert_eq!(first.to_csv(), second.to_csv());
	assert_eq!(first.to_svg().unwrap(), second.to_svg().unwrap());
	assert_ne!(first.to_csv(), run(&Options { seed: 2, ..few }).unwrap().to_csv());
}

#[test]
fn identical_wrong_labels_take_less_than_their_heads() {
	for crowd in ["bluebird", "rte"] {
		let results = run(&Options { attacks: vec![Attack::IdenticalWrong], ..options(crowd) }).unwrap();
		for gold in [0, 4] {
			let found = row(&results, Attack::IdenticalWrong, Rule::Learnware, gold);
			assert!(found.honest_pay > found.honest_heads, "{found:?}");
		}
	}
}

#[test]
fn laziness_pays_nothing_here_and_much_elsewhere() {
	let results = run(&Options { attacks: vec![Attack::Lazy], ..options("rte") }).unwrap();
	assert_eq!(row(&results, Attack::Lazy, Rule::Learnware, 0).honest_pay, Some(1.0));
	assert!(row(&results, Attack::Lazy, Rule::Mean, 0).honest_pay < Some(0.8));
}

#[test]
fn copies_gain_less_when_they_collapse() {
	let share = Options { attacks: vec![Attack::Clones], ..options("bluebird") };
	let collapse = Options { duplicates: Duplicates::Collapse, ..share.clone() };
	let pay = |options| row(&run(options).unwrap(), Attack::Clones, Rule::Learnware, 0).honest_pay.unwrap();
	assert!(pay(&collapse) > pay(&share) + 0.1);
}

#[test]
fn a_griefer_washes_some_games_and_pays_for_it() {
	let results = run(&Options { attacks: vec![Attack::Griefer], ..options("rte") }).unwrap();
	let (nobody, griefer) =
		(row(&results, Attack::None, Rule::Learnware, 0), row(&results, Attack::Griefer, Rule::Learnware, 0));
	assert!(griefer.washed > nobody.washed && griefer.washed < nobody.washed.map(|washed| washed + 0.2));
	assert!(griefer.attacker_profit < Some(0.0));
}

#[test]
fn collateral_moves_profits_only() {
	let cheap = Options { attacks: vec![Attack::IdenticalWrong], collateral: 0.0, ..options("bluebird") };
	let dear = Options { collateral: 1.0, ..cheap.clone() };
	let (cheap, dear) = (run(&cheap).unwrap(), run(&dear).unwrap());
	for (cheap, dear) in cheap.rows.iter().zip(&dear.rows) {
		let expected = cheap.attacker_profit.zip(cheap.attackers_slashed).map(|(pay, slashed)| pay - slashed);
		assert_eq!(dear.attacker_profit, expected);
		assert_eq!(dear.honest_pay, cheap.honest_pay);
	}
}

#[test]
fn files_have_a_line_for_each_row() {
	let results = run(&Options { games: 20, shares: vec![10, 40], ..options("bluebird") }).unwrap();
	// 3 rules and one with gold; nobody, 8 attacks at 2 sizes, 2 of a single account.
	assert_eq!(results.rows.len(), 4 * (1 + 8 * 2 + 2));
	let csv = results.to_csv();
	assert_eq!(csv.lines().count(), 1 + results.rows.len());
	assert!(csv.lines().all(|line| line.split(',').count() == 16), "{csv}");
	let table = results.to_table();
	assert_eq!(table.lines().filter(|line| line.starts_with("| clones ")).count(), 2 + 2 * 2, "{table}");
}

#[test]
fn plots_name_their_axes_and_lines() {
	let results = run(&Options { games: 20, ..options("bluebird") }).unwrap();
	let svg = results.to_svg().unwrap();
	for text in [
		"attackers, % of all accounts",
		"honest share of pay, %",
		"consensus accuracy, %",
		"learnware, 4 gold",
		"noisy-clones",
	] {
		assert!(svg.contains(text), "{text}");
	}
	let single = run(&Options { games: 20, attacks: vec![Attack::Griefer], ..options("bluebird") }).unwrap();
	assert!(single.to_svg().is_err(), "a single account has no share to plot");
}

#[test]
fn refusals_name_the_bound() {
	let fine = || options("bluebird");
	assert_eq!(refusal(Options { gold: 3, ..fine() }), "gold must be 0, or at least 4 items and less than all");
	assert_eq!(refusal(Options { people: 4..=10, ..fine() }), "people must be 5 or more");
	assert_eq!(refusal(Options { shares: vec![90], ..fine() }), "a share must be below 90 %");
	assert_eq!(
		refusal(Options { people: 5..=39, shares: vec![40], ..fine() }),
		"65 accounts; a sample takes at most 64 labels"
	);
	assert_eq!(refusal(Options { games: 0, ..fine() }), "games must be 1 or more");
	assert!(refusal(Options { items: 109, ..fine() }).contains("the same 109 items"));
	assert!(refusal(Options { crowd: "nowhere".into(), ..fine() }).starts_with("can't read nowhere"));
}
