//! Results as a picture: for each attack, how pay and consensus change with the attackers' share.

use crate::{table, Attack, Error, Results, Row, Rule};
use plotters::{
	coord::Shift,
	prelude::*,
	style::text_anchor::{HPos, Pos, VPos},
};

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;

type Drawn = Result<(), DrawingAreaErrorKind<std::io::Error>>;

const COLUMNS: usize = 4;
/// Pixels.
const PANEL: (u32, u32) = (290, 210);
const LEGEND_HEIGHT: u32 = 44;
const FONT: (&str, u32) = ("sans-serif", 13);

/// What a panel shows: the name of its axis, and the values in percent.
#[derive(Clone, Copy)]
struct Measure {
	name: &'static str,
	of: fn(&Row) -> Option<f64>,
}

const PAY: Measure = Measure { name: "honest share of pay, %", of: |row| row.honest_pay };
const ACCURACY: Measure = Measure { name: "consensus accuracy, %", of: |row| row.accuracy_decided };

/// A line of a panel.
struct Line {
	name: String,
	style: Style,
	/// Percent of attackers, value in percent.
	points: Vec<(f64, f64)>,
}

/// Told apart by shape, too. The colours are those of Okabe and Ito, for all kinds of colour vision.
#[derive(Clone, Copy)]
enum Style {
	Circle,
	Square,
	Triangle,
	Cross,
	Dashed,
}

impl Style {
	fn of(row: &Row) -> Self {
		match (row.rule, row.gold) {
			(Rule::Learnware, 0) => Self::Circle,
			(Rule::Learnware, _) => Self::Square,
			(Rule::Plurality, _) => Self::Triangle,
			(Rule::Mean, _) => Self::Cross,
		}
	}

	fn colour(self) -> RGBColor {
		match self {
			Self::Circle => RGBColor(0, 114, 178),
			Self::Square => RGBColor(213, 94, 0),
			Self::Triangle => RGBColor(0, 158, 115),
			Self::Cross => RGBColor(204, 121, 167),
			Self::Dashed => RGBColor(110, 110, 110),
		}
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
		let mut svg = String::new();
		let area = SVGBackend::with_string(&mut svg, size).into_drawing_area();
		self.draw(&area, &attacks, (rows, columns)).map_err(|error| Error::Plot(error.to_string()))?;
		drop(area);
		Ok(svg)
	}

	fn draw(&self, area: &Area, attacks: &[Attack], grid: (usize, usize)) -> Drawn {
		area.fill(&WHITE)?;
		let (legend, panels) = area.split_vertically(LEGEND_HEIGHT);
		draw_legend(&legend, &self.lines(attacks[0], PAY))?;
		let panels = panels.split_evenly(grid);
		for (number, &attack) in attacks.iter().enumerate() {
			let place = number / grid.1 * 2 * grid.1 + number % grid.1;
			for (panel, measure) in [(place, PAY), (place + grid.1, ACCURACY)] {
				draw_panel(&panels[panel], attack, measure, &self.lines(attack, measure))?;
			}
		}
		area.present()
	}

	/// A line for each rule, with the games without attackers as its first point; and one for the heads.
	fn lines(&self, attack: Attack, measure: Measure) -> Vec<Line> {
		let mut rows =
			self.rows.iter().filter(|row| [Attack::None, attack].contains(&row.setting.attack)).collect::<Vec<_>>();
		rows.sort_by_key(|row| (row.rule, row.gold, row.setting.share));
		let line = |name: String, style, rows: &[&Row], of: fn(&Row) -> Option<f64>| Line {
			name,
			style,
			points: rows.iter().filter_map(|row| Some((row.setting.share?.into(), 100.0 * of(row)?))).collect(),
		};
		let judges =
			rows.chunk_by(|left, right| (left.rule, left.gold) == (right.rule, right.gold)).collect::<Vec<_>>();
		let heads = line("honest share of the accounts".into(), Style::Dashed, judges[0], |row| row.honest_heads);
		let heads = (measure.name == PAY.name).then_some(heads);
		let rules = judges.iter().map(|rows| line(table::judge(rows[0]), Style::of(rows[0]), rows, measure.of));
		heads.into_iter().chain(rules).collect()
	}
}

fn draw_panel(area: &Area, attack: Attack, measure: Measure, lines: &[Line]) -> Drawn {
	let widest = lines.iter().flat_map(|line| &line.points).map(|point| point.0).fold(1.0, f64::max);
	let mut chart = ChartBuilder::on(area)
		.margin(8)
		.caption(attack.name(), FONT)
		.x_label_area_size(36)
		.y_label_area_size(44)
		.build_cartesian_2d(0.0..widest * 1.03, 0.0..103.0)?;
	chart
		.configure_mesh()
		.disable_x_mesh()
		.max_light_lines(0)
		.bold_line_style(RGBColor(225, 225, 225))
		.x_labels(5)
		.y_labels(6)
		.x_label_formatter(&|value| format!("{value:.0}"))
		.y_label_formatter(&|value| format!("{value:.0}"))
		.x_desc("attackers, % of all accounts")
		.y_desc(measure.name)
		.draw()?;
	for Line { style, points, .. } in lines {
		let stroke = style.colour().stroke_width(2);
		match style {
			Style::Dashed => drop(chart.draw_series(DashedLineSeries::new(points.iter().copied(), 5, 4, stroke))?),
			_ => drop(chart.draw_series(LineSeries::new(points.iter().copied(), stroke))?),
		}
		for marker in points.iter().filter_map(|&point| marker(*style, point)) {
			chart.plotting_area().draw(&marker)?;
		}
	}
	Ok(())
}

/// The lines' names in a row, each with a piece of its line.
fn draw_legend(area: &Area, lines: &[Line]) -> Drawn {
	let text = FONT.into_text_style(area).pos(Pos::new(HPos::Left, VPos::Center));
	let middle = LEGEND_HEIGHT as i32 / 2;
	let mut left = 20;
	for Line { name, style, .. } in lines {
		let stroke = style.colour().stroke_width(2);
		let dash = |from, to| PathElement::new(vec![(left + from, middle), (left + to, middle)], stroke);
		match style {
			Style::Dashed => (0..30).step_by(10).try_for_each(|from| area.draw(&dash(from, from + 6)))?,
			_ => area.draw(&dash(0, 30))?,
		}
		if let Some(marker) = marker(*style, (left + 15, middle)) {
			area.draw(&marker)?;
		}
		area.draw(&Text::new(name.clone(), (left + 38, middle), text.clone()))?;
		left += 38 + 7 * name.len() as i32 + 20;
	}
	Ok(())
}

/// The heads have none.
fn marker<'a, 'svg: 'a, At: Clone + 'a>(style: Style, at: At) -> Option<DynElement<'a, SVGBackend<'svg>, At>> {
	let fill = style.colour().filled();
	let square = vec![(-4, -4), (4, -4), (4, 4), (-4, 4)];
	match style {
		Style::Circle => Some((EmptyElement::at(at) + Circle::new((0, 0), 4, fill)).into_dyn()),
		Style::Square => Some((EmptyElement::at(at) + Polygon::new(square, fill)).into_dyn()),
		Style::Triangle => Some((EmptyElement::at(at) + TriangleMarker::new((0, 0), 5, fill)).into_dyn()),
		Style::Cross => Some((EmptyElement::at(at) + Cross::new((0, 0), 4, style.colour().stroke_width(2))).into_dyn()),
		Style::Dashed => None,
	}
}
