//! What a session has paid, as a picture: its curve, and the lessons as steps on it.

use crate::{
	amount::{Amount, Token},
	chain::History,
	error::{Failure, Kind, Result},
	training::{LessonOutcome, Score},
	words::training as words,
};
use learnware_chart::{draw_legend, draw_panel, svg, Area, Axis, Drawn, Line, Panel, Style};
use learnware_primitives::training::curve::{Curve, Ratio};
use std::ops::Range;

const WIDTH: u32 = 1_000;
const PANEL_HEIGHT: u32 = 400;
/// From a line of words to the next one.
const ROW_HEIGHT: u32 = 26;
/// Points of the curve in a panel.
const POINTS: u32 = 400;

/// Draws the curve with a step for each lesson that was scored, as SVG. Where the steps crowd, they are drawn once more.
pub fn draw(history: &History, token: &Token) -> Result<String> {
	let session = Session {
		curve: history.details.training.curve,
		budget: history.details.training.budget,
		token,
		lessons: history.epochs.iter().flat_map(|epoch| &epoch.lessons).filter_map(Step::of).collect(),
	};
	let rows = session.lessons.len() as u32 + 1;
	let drawn = svg((WIDTH, PANEL_HEIGHT + (rows + 1) * ROW_HEIGHT), |area| session.draw(area));
	drawn.map_err(|error| Failure::new(Kind::Usage, "plot", format!("it can't be drawn: {error}")))
}

/// A lesson that was scored.
struct Step<'a> {
	before: Score,
	after: Score,
	outcome: &'a LessonOutcome,
}

impl<'a> Step<'a> {
	fn of(outcome: &'a LessonOutcome) -> Option<Self> {
		Some(Self { before: outcome.before?, after: outcome.after?, outcome })
	}
}

struct Session<'a> {
	curve: Curve,
	budget: Amount,
	token: &'a Token,
	lessons: Vec<Step<'a>>,
}

impl Session<'_> {
	fn draw(&self, area: &Area) -> Drawn {
		let (panels, legend) = area.split_vertically(PANEL_HEIGHT);
		let whole = 0.0..100.0;
		match self.crowded() {
			None => self.draw_panel(&panels, "what a score has earned", whole)?,
			Some(crowded) => {
				let (left, right) = panels.split_horizontally(WIDTH / 2);
				self.draw_panel(&left, "what a score has earned", whole)?;
				self.draw_panel(&right, "the same, where the steps are", crowded)?;
			},
		}
		let curve =
			Line { name: words::curve(&self.curve), style: Style::Dashed, points: vec![(0.0, 0.0)], marks: Vec::new() };
		let lines = [curve].into_iter().chain((0..self.lessons.len()).map(|index| self.step(index, &(0.0..100.0))));
		for (row, line) in legend.split_evenly((self.lessons.len() + 2, 1)).iter().zip(lines) {
			draw_legend(row, &[line])?;
		}
		Ok(())
	}

	fn draw_panel(&self, area: &Area, caption: &str, scores: Range<f64>) -> Drawn {
		let point = |index: u32| {
			let share = f64::from(index) / f64::from(POINTS);
			let percent = scores.start + share * (scores.end - scores.start);
			(percent, self.earned(Ratio::new((percent * 1e6).round() as u32, 100_000_000)))
		};
		let points = (0..=POINTS).map(point).collect::<Vec<_>>();
		let (low, high) = points.first().zip(points.last()).map_or((0.0, 1.0), |(first, last)| (first.1, last.1));
		// Half a step more at the top, so that nothing is cut off; a straight line has no height of its own.
		let height = if high > low { high - low } else { 1.0 };
		let width = scores.end - scores.start;
		let mut lines = vec![Line { name: String::new(), style: Style::Dashed, points, marks: Vec::new() }];
		lines.extend((0..self.lessons.len()).map(|index| self.step(index, &scores)));
		let name = format!("earned, {}", self.token.symbol);
		draw_panel(
			area,
			&Panel {
				caption,
				x: Axis {
					name: "score, % of the answers right",
					range: scores.start..scores.end + 0.03 * width,
					labels: 6,
				},
				y: Axis { name: &name, range: low..low + 1.05 * height, labels: 6 },
				lines: &lines,
			},
		)
	}

	/// A lesson, as far as it is among `scores`: first the way to its score, then what that earns.
	fn step(&self, index: usize, scores: &Range<f64>) -> Line {
		let Step { before, after, outcome } = &self.lessons[index];
		let bottom = self.earned(Ratio::new((scores.start * 1e6).round() as u32, 100_000_000));
		let at = |score: &Score| (100.0 * score.share(), self.earned((*score).into()));
		let inside = |(percent, earned): (f64, f64)| (percent.max(scores.start), earned.max(bottom));
		let (from, to) = (inside(at(before)), inside(at(after)));
		let (before, after) = (words::percent(*before), words::percent(*after));
		let name = format!("{}. {}: {before} to {after}, {}", index + 1, brief(&outcome.account), self.price(outcome));
		let style = Style::MARKED[index % Style::MARKED.len()];
		Line { name, style, points: vec![from, (to.0, from.1), to], marks: vec![to] }
	}

	fn price(&self, outcome: &LessonOutcome) -> String {
		match outcome {
			LessonOutcome { charged: Amount(1..), .. } => format!("cost {}", self.token.format(outcome.charged)),
			LessonOutcome { kept: false, .. } => "left out".into(),
			_ => format!("paid {}", self.token.format(outcome.paid)),
		}
	}

	/// Where all lessons ended, if that is but a small part of all scores.
	fn crowded(&self) -> Option<Range<f64>> {
		let ends = self.lessons.iter().map(|step| 100.0 * step.after.share());
		let low = ends.clone().reduce(f64::min)?;
		let high = ends.reduce(f64::max)?;
		let margin = (0.15 * (high - low)).max(0.05);
		let crowded = (low - margin).max(0.0)..(high + margin).min(100.0);
		(crowded.end - crowded.start < 40.0).then_some(crowded)
	}

	/// Whole tokens.
	fn earned(&self, score: Ratio) -> f64 {
		self.curve.reward(self.budget.0, score) as f64 / 10f64.powi(self.token.decimals.into())
	}
}

/// The start and the end of an address.
fn brief(address: &str) -> String {
	match (address.get(..6), address.len().checked_sub(4).and_then(|end| address.get(end..))) {
		(Some(start), Some(end)) if address.len() > 12 => format!("{start}..{end}"),
		_ => address.into(),
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	const UNIT: u128 = 1_000_000_000_000;

	fn lesson(account: &str, before: u32, after: u32, paid: u128) -> LessonOutcome {
		let score = |correct| Some(Score { correct, total: 10_000 });
		LessonOutcome {
			account: account.into(),
			location: None,
			before: score(before),
			after: score(after),
			kept: after >= before,
			flaw: None,
			paid: Amount(paid),
			charged: Amount(0),
			slashed: Amount(0),
		}
	}

	fn picture(lessons: &[LessonOutcome]) -> String {
		let token = Token::default();
		let curve = Curve::Logarithmic { min: Ratio::new(0, 1), mid: Ratio::new(99, 100), max: Ratio::new(1, 1) };
		let lessons = lessons.iter().filter_map(Step::of).collect::<Vec<_>>();
		let session = Session { curve, budget: Amount(1_000 * UNIT), token: &token, lessons };
		let height = PANEL_HEIGHT + (session.lessons.len() as u32 + 2) * ROW_HEIGHT;
		svg((WIDTH, height), |area| session.draw(area)).unwrap()
	}

	#[test]
	fn draws_the_published_run() {
		let tutors = [
			("5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY", 1014, 9572, 48),
			("5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty", 9572, 9792, 185),
			("5FLSigC9HGRKVhB9FiEo4Y3koPsNmBmLJbpXg2mp1hXcS59Y", 9792, 9836, 85),
			("5DAAnrj7VHTznn2AWBemMuyBwZWs6FNFjdyVXUeYum3PTXFy", 9836, 9842, 13),
			("5HGjWAeFDfFCWPsjFQdVV2Msvz2XtMktvgocEZcCj68kUMaw", 9842, 9842, 0),
		];
		let lessons = tutors.map(|(account, before, after, paid)| lesson(account, before, after, paid * UNIT));
		let svg = picture(&lessons);
		for words in
			["1. 5Grwva..utQY: 10.14% to 95.72%, paid 48 UNIT", "score, % of the answers right", "earned, UNIT"]
		{
			assert!(svg.contains(words), "{words}");
		}
	}

	#[test]
	fn draws_what_is_odd() {
		for lessons in [
			vec![],
			vec![lesson("a", 5_000, 5_000, 0)],
			vec![lesson("a", 0, 10_000, UNIT), lesson("b", 10_000, 1, 0)],
			vec![LessonOutcome { after: None, ..lesson("c", 1, 2, 0) }],
		] {
			assert!(picture(&lessons).ends_with("</svg>\n"));
		}
		assert!(picture(&[lesson("b", 10_000, 1, 0)]).contains("left out"));
	}
}
