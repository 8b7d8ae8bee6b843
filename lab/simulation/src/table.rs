//! Results as tables to read, in Markdown, and as CSV.

use crate::{Attack, Results, Row, Rule};
use std::{fmt, iter};

impl Results {
	/// Two tables: all rules beside each other; then the chain's rule in detail.
	pub fn to_table(&self) -> String {
		format!("{}\n{}\n{}", self.asked(), self.comparison(), self.detail())
	}

	/// One line for each row, shares as fractions of one, nothing where there is no answer. `share` is in percent and
	/// empty for a single account.
	pub fn to_csv(&self) -> String {
		let names = self.rows.first().map_or(Vec::new(), |row| row.measures().map(|(name, _)| name.to_string()).into());
		let head = ["attack", "share", "rule", "gold", "games"].map(String::from).into_iter().chain(names);
		let rows = self.rows.iter().map(|row| {
			let share = row.setting.share.map_or(String::new(), |share| share.to_string());
			let place = [row.setting.attack.to_string(), share, row.rule.to_string()];
			let counts = [row.gold.to_string(), row.games.to_string()];
			let measures = row.measures().map(|(_, value)| value.map_or(String::new(), |value| format!("{value:.4}")));
			place.into_iter().chain(counts).chain(measures).collect::<Vec<_>>()
		});
		let lines = iter::once(head.collect()).chain(rows);
		lines.map(|cells| cells.join(",") + "\n").collect()
	}

	fn asked(&self) -> String {
		let options = &self.options;
		let (fewest, most) = (options.people.start(), options.people.end());
		format!(
			"{}: {} games in each row; {} items, {fewest} to {most} people, collateral {} of the bounty, noise {} %, seed {}\n",
			options.crowd.file_name().unwrap_or(options.crowd.as_os_str()).to_string_lossy(),
			options.games,
			options.items,
			options.collateral,
			options.noise,
			options.seed,
		)
	}

	/// What matters most, a column for each rule.
	fn comparison(&self) -> String {
		let settings = self.rows.chunk_by(|left, right| left.setting == right.setting).collect::<Vec<_>>();
		let judges = settings.first().map_or(Vec::new(), |rows| rows.iter().map(judge).collect());
		let head = ["attack", ">attackers", ">heads"].map(String::from).into_iter();
		let head = head.chain(judges.iter().map(|judge| format!(">{judge}")));
		let cells = |rows: &&[Row]| {
			let each = rows.iter().map(|row| {
				[percent(row.accuracy_decided, 0), percent(row.honest_pay, 0), percent(row.attacker_profit, 1)]
					.join(" / ")
			});
			who(&rows[0]).into_iter().chain([percent(rows[0].honest_heads, 0)]).chain(each).collect()
		};
		let table = markdown(&head.collect::<Vec<_>>(), &settings.iter().map(cells).collect::<Vec<_>>());
		format!(
			"Consensus accuracy in % / honest share of the pay in % / profit of an attacker's account in % of the bounty:\n\n\
			{table}"
		)
	}

	/// The chain's rule, row by row.
	fn detail(&self) -> String {
		let head = [
			"attack",
			">attackers",
			">gold",
			">washed",
			">accuracy, washed too",
			">rank correlation",
			">good slashed",
			">bad slashed",
			">attackers slashed",
			">honest profit",
		];
		let rows = self.rows.iter().filter(|row| row.rule == Rule::Learnware).map(|row| {
			let correlation = row.correlation.map_or("-".into(), |value| format!("{value:.2}"));
			let [attack, share] = who(row);
			vec![
				attack,
				share,
				row.gold.to_string(),
				percent(row.washed, 0),
				percent(row.accuracy, 0),
				correlation,
				percent(row.good_slashed, 1),
				percent(row.bad_slashed, 1),
				percent(row.attackers_slashed, 1),
				percent(row.honest_profit, 1),
			]
		});
		let table = markdown(&head.map(String::from), &rows.collect::<Vec<_>>());
		format!("The chain's rule, in %; the profit is that of an honest account, in % of the bounty:\n\n{table}")
	}
}

impl fmt::Display for Results {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		f.write_str(self.to_table().trim_end())
	}
}

/// The attack and its size.
fn who(row: &Row) -> [String; 2] {
	let size = match (row.setting.attack, row.setting.share) {
		(Attack::None, _) => "-".into(),
		(_, Some(share)) => format!("{share} %"),
		(_, None) => "1".into(),
	};
	[row.setting.attack.to_string(), size]
}

/// The name of the rule of a row, with its gold.
pub fn judge(row: &Row) -> String {
	match row.gold {
		0 => row.rule.to_string(),
		gold => format!("{}, {gold} gold", row.rule),
	}
}

fn percent(value: Option<f64>, decimals: usize) -> String {
	// Adding 0 turns -0 into 0.
	let rounded =
		|value: f64| (value * 100.0 * 10_f64.powi(decimals as i32)).round() / 10_f64.powi(decimals as i32) + 0.0;
	value.map_or("-".into(), |value| format!("{:.decimals$}", rounded(value)))
}

/// A table whose columns stand under each other; those whose name starts with `>` stand to the right.
fn markdown(head: &[String], rows: &[Vec<String>]) -> String {
	let names = head.iter().map(|name| name.trim_start_matches('>')).collect::<Vec<_>>();
	let widest = |column: usize| rows.iter().map(|row| row[column].len()).chain([names[column].len(), 3]).max();
	let widths = (0..names.len()).map(|column| widest(column).unwrap_or_default()).collect::<Vec<_>>();
	let to_the_right = |column: usize| head[column].starts_with('>');
	let line = |cells: &[&str]| {
		let cells = cells.iter().enumerate().map(|(column, cell)| match to_the_right(column) {
			true => format!("{cell:>width$}", width = widths[column]),
			false => format!("{cell:<width$}", width = widths[column]),
		});
		format!("| {} |\n", cells.collect::<Vec<_>>().join(" | "))
	};
	let rule = widths.iter().enumerate().map(|(column, width)| match to_the_right(column) {
		true => format!("{}:", "-".repeat(width - 1)),
		false => "-".repeat(*width),
	});
	let rule = rule.collect::<Vec<_>>();
	let mut table = line(&names);
	table += &line(&rule.iter().map(String::as_str).collect::<Vec<_>>());
	for row in rows {
		table += &line(&row.iter().map(String::as_str).collect::<Vec<_>>());
	}
	table
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn columns_stand_under_each_other() {
		let table = markdown(
			&["name".into(), ">n".into()],
			&[vec!["a".into(), "10".into()], vec!["long name".into(), "7".into()]],
		);
		let expected = "\
			| name      |   n |\n\
			| --------- | --: |\n\
			| a         |  10 |\n\
			| long name |   7 |\n";
		assert_eq!(table, expected);
	}

	#[test]
	fn percents_are_rounded_and_have_no_negative_zero() {
		assert_eq!(percent(Some(0.666), 0), "67");
		assert_eq!(percent(Some(-0.00001), 1), "0.0");
		assert_eq!(percent(Some(-0.0131), 1), "-1.3");
		assert_eq!(percent(None, 1), "-");
	}
}
