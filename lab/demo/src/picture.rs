//! A picture of a segmentation: the image, the truth, what the crowd agreed on, and everybody's mask with its pay.
//!
//! The colours are told apart by people with any kind of colour vision: they differ in brightness, too.

use crate::{
	answer::Answer,
	game::Played,
	mask::Mask,
	players::{PLAYERS, UNIT},
	results::{LabelResult, SampleResult},
	Error, Result,
};
use base64::{engine::general_purpose::STANDARD, Engine};
use std::fmt::Write;

/// Pixels of the picture for a pixel of the image.
const ZOOM: f64 = 2.5;
const COLUMNS: usize = 4;
const GAP: f64 = 24.0;
/// Two lines of words under an image.
const CAPTION: f64 = 58.0;
const HEADING: f64 = 64.0;

const SHARED: &str = "#0072b2";
const MISSED: &str = "#f0e442";
const TOO_MUCH: &str = "#d55e00";
const INK: &str = "#1a1a1a";
const PALE: &str = "#5a5a5a";

/// Draws a sample of masks as SVG; `image` is a PNG of what was labeled.
pub fn draw(played: &Played, image: &[u8]) -> Result<String> {
	let Answer::Mask(truth) = &played.sheet.truth else { return Err(Error::new("only masks can be drawn")) };
	let mut page = Page::new(truth, image);
	page.heading(&played.result);
	page.tile(None, "The image", "what was to be labeled");
	page.tile(Some((truth, Overlay::Plain)), "The truth", "experts' gold standard");
	match &played.consensus {
		Some(Answer::Mask(consensus)) => {
			let words = format!("fetched from IPFS, overlap {:.2}", consensus.dice(truth));
			page.tile(Some((consensus, Overlay::Difference)), "What the crowd agreed on", &words)
		},
		_ => page.tile(None, "No consensus", &format!("the sample is {}", played.result.end)),
	};
	page.legend();

	let mut labels: Vec<_> = played.result.labels.iter().collect();
	labels.sort_by_key(|label| (label.rank.unwrap_or(u32::MAX), label.worker));
	for label in labels {
		let player = played.sheet.labels.iter().position(|given| given.worker == label.worker);
		let given = player.and_then(|player| played.sheet.labels.get(player));
		let Some(Answer::Mask(mask)) = given.map(|given| &given.answer) else {
			return Err(Error(format!("worker {} drew no mask", label.worker)));
		};
		let name = player.and_then(|player| PLAYERS.get(player)).copied().unwrap_or_default();
		page.label(label, name, mask);
	}
	Ok(page.finish())
}

/// What is drawn over the image.
enum Overlay {
	/// The mask.
	Plain,
	/// Where the mask differs from the truth.
	Difference,
}

struct Page<'a> {
	truth: &'a Mask,
	tiles: usize,
	svg: String,
}

impl<'a> Page<'a> {
	fn new(truth: &'a Mask, image: &[u8]) -> Self {
		let mut svg = String::from("<defs>\n");
		let (width, height, png) = (truth.width, truth.height, STANDARD.encode(image));
		// Writing to a string does not fail, here and below.
		let _ = writeln!(
			svg,
			r#"<image id="image" width="{width}" height="{height}" image-rendering="pixelated" style="image-rendering:pixelated" href="data:image/png;base64,{png}"/>"#
		);
		let outline = outline(truth);
		let _ = writeln!(svg, r#"<path id="truth" d="{outline}" fill="none"/>"#);
		svg.push_str("</defs>\n");
		Self { truth, tiles: 0, svg }
	}

	fn width(&self) -> f64 {
		COLUMNS as f64 * (self.truth.width as f64 * ZOOM + GAP) + GAP
	}

	fn height(&self) -> f64 {
		HEADING + self.tiles.div_ceil(COLUMNS) as f64 * (self.truth.height as f64 * ZOOM + CAPTION + GAP)
	}

	/// Where the next tile is.
	fn place(&mut self) -> (f64, f64) {
		let (row, column) = (self.tiles / COLUMNS, self.tiles % COLUMNS);
		self.tiles += 1;
		let (width, height) = (self.truth.width as f64 * ZOOM, self.truth.height as f64 * ZOOM);
		(GAP + column as f64 * (width + GAP), HEADING + row as f64 * (height + CAPTION + GAP))
	}

	fn text(&mut self, (x, y): (f64, f64), style: &str, text: &str) {
		let _ = writeln!(self.svg, r#"<text x="{x}" y="{y}" {style}>{}</text>"#, escape(text));
	}

	fn heading(&mut self, result: &SampleResult) {
		let end = match result.end.as_str() {
			"paid" => "who was paid, and for what",
			end => end,
		};
		let words = format!("Sample {}: {} people outlined a cell; {end}", result.id, result.labels.len());
		self.text((GAP, 34.0), &format!(r#"font-size="22" font-weight="bold" fill="{INK}""#), &words);
		let words = format!(
			"bounty {}, to the scorers {}, back to the sample provider {}",
			units(&result.bounty),
			units(&result.scoring_fee),
			units(&result.returned)
		);
		self.text((GAP, 53.0), &format!(r#"font-size="14" fill="{PALE}""#), &words);
	}

	/// An image with two lines under it; returns the end of the first line.
	fn tile(&mut self, mask: Option<(&Mask, Overlay)>, title: &str, words: &str) -> (f64, f64) {
		let (x, y) = self.place();
		let _ = writeln!(self.svg, r##"<g transform="translate({x} {y}) scale({ZOOM})"><use href="#image"/>"##);
		match mask {
			None => {},
			Some((mask, Overlay::Plain)) => {
				self.area(SHARED, 0.5, |x, y| mask.contains(x, y));
				self.outline();
			},
			Some((mask, Overlay::Difference)) => {
				let truth = self.truth;
				self.area(SHARED, 0.5, |x, y| mask.contains(x, y) && truth.contains(x, y));
				self.area(MISSED, 0.8, |x, y| !mask.contains(x, y) && truth.contains(x, y));
				self.area(TOO_MUCH, 0.8, |x, y| mask.contains(x, y) && !truth.contains(x, y));
				self.outline();
			},
		}
		self.svg.push_str("</g>\n");
		let below = y + self.truth.height as f64 * ZOOM;
		self.text((x, below + 22.0), &format!(r#"font-size="16" font-weight="bold" fill="{INK}""#), title);
		self.text((x, below + 42.0), &format!(r#"font-size="14" fill="{PALE}""#), words);
		(x + self.truth.width as f64 * ZOOM, below + 22.0)
	}

	/// One of the crowd, with the pay on the right.
	fn label(&mut self, label: &LabelResult, name: &str, mask: &Mask) {
		let title = match label.rank {
			Some(rank) => format!("{rank}. worker {}", label.worker),
			None => format!("worker {}", label.worker),
		};
		let name = name.trim_start_matches("//").replace("//", "/");
		let reason = label.reason.as_deref().map_or(String::new(), |reason| format!(": {}", reason.replace('_', " ")));
		let words = format!("{name}, overlap {:.2}{reason}", label.accuracy);
		let corner = self.tile(Some((mask, Overlay::Difference)), &title, &words);
		let (pay, colour) = match label.slashed.as_str() {
			"0" => (units(&label.paid), INK),
			slashed => (format!("−{}", units(slashed)), TOO_MUCH),
		};
		self.text(corner, &format!(r#"font-size="16" font-weight="bold" text-anchor="end" fill="{colour}""#), &pay);
	}

	/// What the colours mean, in the place of a tile.
	fn legend(&mut self) {
		let (x, mut y) = self.place();
		let style = format!(r#"font-size="15" fill="{INK}""#);
		y += 14.0;
		for (colour, opacity, words) in [
			(SHARED, 0.6, "in the truth, and drawn"),
			(MISSED, 1.0, "in the truth, but not drawn"),
			(TOO_MUCH, 1.0, "drawn, but not in the truth"),
		] {
			let _ = writeln!(
				self.svg,
				r##"<rect x="{x}" y="{y}" width="24" height="18" fill="{colour}" fill-opacity="{opacity}" stroke="{INK}" stroke-width="0.5"/>"##
			);
			self.text((x + 36.0, y + 14.0), &style, words);
			y += 30.0;
		}
		let _ = writeln!(
			self.svg,
			r##"<rect x="{x}" y="{y}" width="24" height="18" fill="#8a8a8a"/><path d="M{x} {line}h24" stroke="#fff" stroke-width="2"/>"##,
			line = y + 9.0
		);
		self.text((x + 36.0, y + 14.0), &style, "edge of the truth");
		y += 46.0;
		for words in [
			"Overlap (Dice): twice what two masks",
			"share, of the sum of both; here with the",
			"truth, which no scorer knows. The order",
			"is that of the overlap with the others.",
		] {
			self.text((x, y), &format!(r#"font-size="14" fill="{PALE}""#), words);
			y += 20.0;
		}
	}

	/// Pixels of a colour, as one path of runs.
	fn area(&mut self, colour: &str, opacity: f64, contains: impl Fn(usize, usize) -> bool) {
		let mut path = String::new();
		for y in 0..self.truth.height {
			for (x, length) in runs(self.truth.width, |x| contains(x, y)) {
				let _ = write!(path, "M{x} {y}h{length}v1h-{length}z");
			}
		}
		if !path.is_empty() {
			let style = format!(r#"fill="{colour}" fill-opacity="{opacity}" shape-rendering="crispEdges""#);
			let _ = writeln!(self.svg, r#"<path d="{path}" {style}/>"#);
		}
	}

	fn outline(&mut self) {
		let _ = writeln!(self.svg, r##"<use href="#truth" stroke="#fff" stroke-width="0.6"/>"##);
	}

	fn finish(self) -> String {
		let (width, height) = (self.width(), self.height());
		format!(
			r##"<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" font-family="Helvetica, Arial, 'DejaVu Sans', sans-serif">
<rect width="{width}" height="{height}" fill="#fff"/>
{}</svg>
"##,
			self.svg
		)
	}
}

/// Edges between pixels inside and outside of the mask, as one path of straight lines.
fn outline(mask: &Mask) -> String {
	let mut path = String::new();
	for y in 0..=mask.height {
		let above = |x| y > 0 && mask.contains(x, y - 1);
		for (x, length) in runs(mask.width, |x| above(x) != mask.contains(x, y)) {
			let _ = write!(path, "M{x} {y}h{length}");
		}
	}
	for x in 0..=mask.width {
		let before = |y| x > 0 && mask.contains(x - 1, y);
		for (y, length) in runs(mask.height, |y| before(y) != mask.contains(x, y)) {
			let _ = write!(path, "M{x} {y}v{length}");
		}
	}
	path
}

/// Start and length of each run of numbers below `end` that are in.
fn runs(end: usize, is_in: impl Fn(usize) -> bool) -> Vec<(usize, usize)> {
	let mut runs: Vec<(usize, usize)> = Vec::new();
	for at in (0..end).filter(|at| is_in(*at)) {
		match runs.last_mut() {
			Some((start, length)) if *start + *length == at => *length += 1,
			_ => runs.push((at, 1)),
		}
	}
	runs
}

fn units(amount: &str) -> String {
	amount.parse::<u128>().map_or_else(|_| amount.into(), |amount| format!("{:.2} UNIT", amount as f64 / UNIT as f64))
}

fn escape(text: &str) -> String {
	text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn runs_and_edges() {
		assert_eq!(runs(6, |at| [0, 1, 3, 5].contains(&at)), [(0, 2), (3, 1), (5, 1)]);
		assert_eq!(runs(0, |_| true), []);
		// A square of one pixel in the lower right corner of two by two.
		assert_eq!(outline(&Mask::from_runs(2, 2, "3 1").unwrap()), "M1 1h1M1 2h1M1 1v1M2 1v1");
	}
}
