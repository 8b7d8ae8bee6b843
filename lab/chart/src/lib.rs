//! Line charts in one style: a legend, panels with named axes, lines told apart by colour and shape.

#![deny(missing_docs)]

use plotters::{
	coord::Shift,
	prelude::*,
	style::text_anchor::{HPos, Pos, VPos},
};
use std::ops::Range;

/// A picture, or a part of it.
pub type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;

/// Whether it could be drawn: not if a number is not finite.
pub type Drawn = Result<(), DrawingAreaErrorKind<std::io::Error>>;

/// Pixels from top to bottom of a legend.
pub const LEGEND_HEIGHT: u32 = 44;

const FONT: (&str, u32) = ("sans-serif", 13);

/// Axes and lines.
pub struct Panel<'a> {
	/// Words above.
	pub caption: &'a str,
	/// The horizontal axis.
	pub x: Axis<'a>,
	/// The vertical axis.
	pub y: Axis<'a>,
	/// What is drawn.
	pub lines: &'a [Line],
}

/// An axis of a panel, with as many decimals at it as it takes to tell its numbers apart.
pub struct Axis<'a> {
	/// What it measures, with the unit.
	pub name: &'a str,
	/// From where to where.
	pub range: Range<f64>,
	/// Numbers at it, at most.
	pub labels: usize,
}

impl Axis<'_> {
	/// A number at it.
	fn label(&self, value: f64) -> String {
		let step = (self.range.end - self.range.start).abs() / self.labels.max(1) as f64;
		let decimals = if step > 0.0 { (-step.log10()).ceil().clamp(0.0, 9.0) } else { 0.0 };
		format!("{value:.*}", decimals as usize)
	}
}

/// A line of a panel.
#[derive(Clone, Debug)]
pub struct Line {
	/// Its name in the legend.
	pub name: String,
	/// How it looks.
	pub style: Style,
	/// Its points.
	pub points: Vec<(f64, f64)>,
	/// Where its marker is drawn.
	pub marks: Vec<(f64, f64)>,
}

/// Told apart by shape, too. The colours are those of Okabe and Ito, for all kinds of colour vision.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[allow(missing_docs)]
pub enum Style {
	Circle,
	Square,
	Triangle,
	Cross,
	Diamond,
	Ring,
	/// A dashed line without a marker.
	Dashed,
}

impl Style {
	/// All with a marker.
	pub const MARKED: [Self; 6] = [Self::Circle, Self::Square, Self::Triangle, Self::Cross, Self::Diamond, Self::Ring];

	fn colour(self) -> RGBColor {
		match self {
			Self::Circle => RGBColor(0, 114, 178),
			Self::Square => RGBColor(213, 94, 0),
			Self::Triangle => RGBColor(0, 158, 115),
			Self::Cross => RGBColor(204, 121, 167),
			Self::Diamond => RGBColor(230, 159, 0),
			Self::Ring => RGBColor(86, 180, 233),
			Self::Dashed => RGBColor(110, 110, 110),
		}
	}
}

/// A picture of so many pixels as SVG.
pub fn svg(size: (u32, u32), draw: impl FnOnce(&Area) -> Drawn) -> Result<String, String> {
	let mut svg = String::new();
	let area = SVGBackend::with_string(&mut svg, size).into_drawing_area();
	let drawn = area.fill(&WHITE).and_then(|()| draw(&area)).and_then(|()| area.present());
	drop(area);
	drawn.map(|()| svg).map_err(|error| error.to_string())
}

/// Draws axes and lines.
pub fn draw_panel(area: &Area, panel: &Panel) -> Drawn {
	let mut chart = ChartBuilder::on(area)
		.margin(8)
		.caption(panel.caption, FONT)
		.x_label_area_size(36)
		.y_label_area_size(44)
		.build_cartesian_2d(panel.x.range.clone(), panel.y.range.clone())?;
	chart
		.configure_mesh()
		.disable_x_mesh()
		.max_light_lines(0)
		.bold_line_style(RGBColor(225, 225, 225))
		.x_labels(panel.x.labels)
		.y_labels(panel.y.labels)
		.x_label_formatter(&|value| panel.x.label(*value))
		.y_label_formatter(&|value| panel.y.label(*value))
		.x_desc(panel.x.name)
		.y_desc(panel.y.name)
		.draw()?;
	for Line { style, points, marks, .. } in panel.lines {
		let stroke = style.colour().stroke_width(2);
		match style {
			Style::Dashed => drop(chart.draw_series(DashedLineSeries::new(points.iter().copied(), 5, 4, stroke))?),
			_ => drop(chart.draw_series(LineSeries::new(points.iter().copied(), stroke))?),
		}
		for marker in marks.iter().filter_map(|&point| marker(*style, point)) {
			chart.plotting_area().draw(&marker)?;
		}
	}
	Ok(())
}

/// Draws the lines' names in a row, in the middle of its height, each with a piece of its line.
pub fn draw_legend(area: &Area, lines: &[Line]) -> Drawn {
	let text = FONT.into_text_style(area).pos(Pos::new(HPos::Left, VPos::Center));
	let middle = area.dim_in_pixel().1 as i32 / 2;
	let mut left = 20;
	for Line { name, style, points, .. } in lines {
		let stroke = style.colour().stroke_width(2);
		let dash = |from, to| PathElement::new(vec![(left + from, middle), (left + to, middle)], stroke);
		match style {
			Style::Dashed => (0..30).step_by(10).try_for_each(|from| area.draw(&dash(from, from + 6)))?,
			_ if points.is_empty() => {},
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

fn marker<'a, 'svg: 'a, At: Clone + 'a>(style: Style, at: At) -> Option<DynElement<'a, SVGBackend<'svg>, At>> {
	let colour = style.colour();
	let (fill, stroke) = (colour.filled(), colour.stroke_width(2));
	let square = vec![(-4, -4), (4, -4), (4, 4), (-4, 4)];
	let diamond = vec![(-5, 0), (0, -5), (5, 0), (0, 5)];
	Some(match style {
		Style::Circle => (EmptyElement::at(at) + Circle::new((0, 0), 4, fill)).into_dyn(),
		Style::Square => (EmptyElement::at(at) + Polygon::new(square, fill)).into_dyn(),
		Style::Triangle => (EmptyElement::at(at) + TriangleMarker::new((0, 0), 5, fill)).into_dyn(),
		Style::Cross => (EmptyElement::at(at) + Cross::new((0, 0), 4, stroke)).into_dyn(),
		Style::Diamond => (EmptyElement::at(at) + Polygon::new(diamond, fill)).into_dyn(),
		Style::Ring => {
			let inside = Circle::new((0, 0), 4, WHITE.filled());
			(EmptyElement::at(at) + inside + Circle::new((0, 0), 4, stroke)).into_dyn()
		},
		Style::Dashed => return None,
	})
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn numbers_at_an_axis_differ() {
		let label = |range: Range<f64>, value| Axis { name: "", range, labels: 5 }.label(value);
		assert_eq!(label(0.0..103.0, 20.0), "20");
		assert_eq!(label(95.0..98.5, 95.5), "95.5");
		assert_eq!(label(0.0..0.01, 0.002), "0.002");
		assert_eq!(label(5.0..5.0, 5.0), "5");
	}
}
