//! Results as a picture: for each attack, how pay and consensus change with the attackers' share.

use crate::{table, Attack, Error, Results, Row, Rule};
use learnware_chart::{draw_legend, draw_panel, svg, Area, Axis, Drawn, Line, Panel, Style, LEGEND_HEIGHT};

const COLUMNS: usize = 4;
/// Pixels.
const PANEL: (u32, u32) = (290, 210);

/// What a panel shows: the name of its axis, and the values in percent.
#[derive(Clone, Copy)]
struct Measure {
	name: &'static str,
	of: fn(&Row) -> Option<f64>,
}

const PAY: Measure = Measure { name: "honest share of pay, %", of: |row| row.honest_pay };
const ACCURACY: Measure = Measure { name: "consensus accuracy, %", of: |row| row.accuracy_decided };

fn style(row: &Row) -> Style {
	match (row.rule, row.gold) {
		(Rule::Learnware, 0) => Style::Circle,
		(Rule::Learnware, _) => Style::Square,
		(Rule::Plurality, _) => Style::Triangle,
		(Rule::Mean, _) => Style::Cross,
	}
}

impl Results {
	/// An SVG with a column of two panels for each attack that has a share. Fails if there is none.
	pub fn to_svg(&self) -> Result<String, Error> {
		let attacks = self.options.attacks.iter().copied().filter(|attack| !attack.is_single()).collect::<Vec<_>>();
		if attacks.is_empty() || self.options.shares.is_empty() {
			return Err(Error::Plot("it needs an attack with a share of the accounts".into()));
		}
		let columns = attacks.len().min(COLUMNS);
		let rows = 2 * attacks.len().div_ceil(columns);
		let size = (PANEL.0 * columns as u32, LEGEND_HEIGHT + PANEL.1 * rows as u32);
		svg(size, |area| self.draw(area, &attacks, (rows, columns))).map_err(Error::Plot)
	}

	fn draw(&self, area: &Area, attacks: &[Attack], grid: (usize, usize)) -> Drawn {
		let (legend, panels) = area.split_vertically(LEGEND_HEIGHT);
		draw_legend(&legend, &self.lines(attacks[0], PAY))?;
		let panels = panels.split_evenly(grid);
		for (number, &attack) in attacks.iter().enumerate() {
			let place = number / grid.1 * 2 * grid.1 + number % grid.1;
			for (panel, measure) in [(place, PAY), (place + grid.1, ACCURACY)] {
				draw_attack(&panels[panel], attack, measure, &self.lines(attack, measure))?;
			}
		}
		Ok(())
	}

	/// A line for each rule, with the games without attackers as its first point; and one for the heads.
	fn lines(&self, attack: Attack, measure: Measure) -> Vec<Line> {
		let mut rows =
			self.rows.iter().filter(|row| [Attack::None, attack].contains(&row.setting.attack)).collect::<Vec<_>>();
		rows.sort_by_key(|row| (row.rule, row.gold, row.setting.share));
		let line = |name: String, style, rows: &[&Row], of: fn(&Row) -> Option<f64>| {
			let points: Vec<_> =
				rows.iter().filter_map(|row| Some((row.setting.share?.into(), 100.0 * of(row)?))).collect();
			Line { name, style, marks: points.clone(), points }
		};
		let judges =
			rows.chunk_by(|left, right| (left.rule, left.gold) == (right.rule, right.gold)).collect::<Vec<_>>();
		let heads = line("honest share of the accounts".into(), Style::Dashed, judges[0], |row| row.honest_heads);
		let heads = (measure.name == PAY.name).then_some(heads);
		let rules = judges.iter().map(|rows| line(table::judge(rows[0]), style(rows[0]), rows, measure.of));
		heads.into_iter().chain(rules).collect()
	}
}

fn draw_attack(area: &Area, attack: Attack, measure: Measure, lines: &[Line]) -> Drawn {
	let widest = lines.iter().flat_map(|line| &line.points).map(|point| point.0).fold(1.0, f64::max);
	let x = Axis { name: "attackers, % of all accounts", range: 0.0..widest * 1.03, labels: 5 };
	let y = Axis { name: measure.name, range: 0.0..103.0, labels: 6 };
	draw_panel(area, &Panel { caption: attack.name(), x, y, lines })
}
