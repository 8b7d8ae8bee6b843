//! Pictures: score, distance and balances over time, and a track with paths on it.

use crate::{history::share, Error, History, Track, Vector};
use learnware_chart::{draw_legend, draw_panel, svg, Area, Axis, Drawn, Line, Panel, Style, LEGEND_HEIGHT};
use std::fmt::Write;

/// Pixels.
const PANEL: (u32, u32) = (900, 300);

/// An SVG with the driver's score and distance in the upper panel, and everybody's balance in the lower one.
pub fn plot(history: &History) -> Result<String, Error> {
	let size = (PANEL.0, 2 * (LEGEND_HEIGHT + PANEL.1));
	svg(size, |area| draw(area, history)).map_err(Error::Plot)
}

fn draw(area: &Area, history: &History) -> Drawn {
	let (upper, lower) = area.split_vertically(LEGEND_HEIGHT + PANEL.1);
	let last = history.entries.last().map_or(1, |entry| entry.time.max(1));
	let (driver, balances) = (driver(history), balances(history));
	let y = Axis { name: "percent", range: 0.0..103.0, labels: 6 };
	draw_half(&upper, history, last, &driver, y, "The driver")?;
	let all = || balances.iter().flat_map(|line| &line.points).map(|point| point.1);
	let (least, most) = (all().fold(0.0, f64::min), all().fold(1.0, f64::max));
	let room = 0.05 * (most - least);
	let y = Axis { name: "balance, UNIT", range: least - room..most + room, labels: 8 };
	draw_half(&lower, history, last, &balances, y, "The contributors")
}

fn draw_half(area: &Area, history: &History, last: u32, lines: &[Line], y: Axis, caption: &str) -> Drawn {
	let (legend, panel) = area.split_vertically(LEGEND_HEIGHT);
	draw_legend(&legend, lines)?;
	let range = -0.01 * f64::from(last)..1.02 * f64::from(last);
	draw_panel(&panel, &Panel { caption, x: Axis { name: &history.time, range, labels: 13 }, y, lines })
}

fn driver(history: &History) -> Vec<Line> {
	let at = |time: u32, share: f64| (f64::from(time), 100.0 * share);
	let first = history.entries.first().map(|entry| at(0, share(entry.before)));
	let kept = history.entries.iter().map(|entry| {
		let score = if entry.is_kept() { entry.after } else { entry.before };
		at(entry.time, share(score))
	});
	let score: Vec<_> = first.into_iter().chain(kept).collect();
	let after = |is_kept| {
		let entries = history.entries.iter().filter(move |entry| entry.is_kept() == is_kept);
		entries.map(|entry| at(entry.time, share(entry.after))).collect()
	};
	let distances = history.entries.iter().map(|entry| at(entry.time, entry.distance));
	let distance = [at(0, history.distance)].into_iter().chain(distances).collect();
	let line = |name: &str, style, points, marks| Line { name: name.into(), style, points, marks };
	vec![
		line("right steering, % of answers", Style::Circle, score, after(true)),
		line("after a lesson that was left out", Style::Square, Vec::new(), after(false)),
		line("distance on unseen tracks, % of a lap", Style::Dashed, distance, Vec::new()),
	]
}

fn balances(history: &History) -> Vec<Line> {
	let times: Vec<_> = [0].into_iter().chain(history.entries.iter().map(|entry| entry.time)).map(f64::from).collect();
	let line = |(contributor, name): (usize, &String)| {
		let balances: Vec<_> = times.iter().copied().zip(history.balances(contributor)).collect();
		// Steps: nothing is paid between lessons.
		let steps =
			balances.windows(2).flat_map(|pair| [pair[0], (pair[1].0, pair[0].1)]).chain(balances.last().copied());
		let own =
			history.entries.iter().zip(balances.iter().skip(1)).filter(|(entry, _)| entry.contributor == contributor);
		Line {
			name: name.clone(),
			style: Style::MARKED[contributor % Style::MARKED.len()],
			points: steps.collect(),
			marks: own.map(|(_, balance)| *balance).collect(),
		}
	};
	history.contributors.iter().enumerate().map(line).collect()
}

/// Pixels of a metre.
const ZOOM: f64 = 4.0;
/// Metres.
const MARGIN: f64 = 8.0;
const LEGEND: f64 = 10.0;
const COLOURS: [&str; 4] = ["#0072b2", "#d55e00", "#009e73", "#cc79a7"];

/// An SVG of a track, with a named path of each drive on it.
pub fn plot_track(track: &Track, paths: &[(&str, &[Vector])]) -> String {
	let [inner, outer] = track.edges();
	let edge = |of: fn(f64, f64) -> f64, axis: fn(&Vector) -> f64| outer.iter().map(axis).fold(0.0, of);
	let (left, right) = (edge(f64::min, |at| at.x) - MARGIN, edge(f64::max, |at| at.x) + MARGIN);
	let (bottom, top) = (edge(f64::min, |at| at.y) - MARGIN, edge(f64::max, |at| at.y) + MARGIN);
	let (width, height) = ((right - left) * ZOOM, (top - bottom + LEGEND) * ZOOM);
	let points = |path: &[Vector]| {
		let point = |at: &Vector| format!("{:.1},{:.1}", (at.x - left) * ZOOM, (top - at.y + LEGEND) * ZOOM);
		path.iter().map(point).collect::<Vec<_>>().join(" ")
	};
	let mut drawn = String::new();
	// Writing to a string does not fail, here and below.
	for (edge, fill) in [(outer, "#dcdcdc"), (inner, "#fff")] {
		let _ = writeln!(drawn, r##"<polygon points="{}" fill="{fill}" stroke="#8a8a8a"/>"##, points(edge));
	}
	let start = points(&[inner[0], outer[0]]);
	let _ = writeln!(drawn, r##"<polyline points="{start}" stroke="#1a1a1a" stroke-width="2"/>"##);
	for (number, (name, path)) in paths.iter().enumerate() {
		let colour = COLOURS[number % COLOURS.len()];
		let _ = writeln!(
			drawn,
			r##"<polyline points="{}" fill="none" stroke="{colour}" stroke-width="2.5"/>"##,
			points(path)
		);
		if let Some(end) = path.last() {
			let end = points(&[*end]);
			let (x, y) = end.split_once(',').unwrap_or_default();
			let _ = writeln!(drawn, r##"<circle cx="{x}" cy="{y}" r="5" fill="{colour}"/>"##);
		}
		let (x, y) = (MARGIN * ZOOM, 20.0 + 18.0 * number as f64);
		let _ = writeln!(
			drawn,
			r##"<path d="M{x} {y}h30" stroke="{colour}" stroke-width="2.5"/><text x="{}" y="{}" font-size="14">{}</text>"##,
			x + 38.0,
			y + 5.0,
			name.replace('&', "&amp;").replace('<', "&lt;")
		);
	}
	format!(
		r##"<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0}" height="{height:.0}" font-family="Helvetica, Arial, 'DejaVu Sans', sans-serif">
<rect width="100%" height="100%" fill="#fff"/>
{drawn}</svg>
"##
	)
}
