//! Columns for a terminal.

use console::measure_text_width;

/// Rows as lines whose columns line up. The last column is not padded.
pub(crate) fn lines(rows: &[Vec<String>]) -> Vec<String> {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| {
        rows.iter().filter_map(|row| row.get(column)).map(|cell| measure_text_width(cell)).max()
    };
    let widths: Vec<usize> = (0..columns).map(|column| width(column).unwrap_or(0)).collect();
    rows.iter()
        .map(|row| {
            let mut line = String::new();
            for (cell, width) in row.iter().zip(&widths) {
                let pad = width.saturating_sub(measure_text_width(cell)) + 2;
                line.push_str(cell);
                line.push_str(&" ".repeat(pad));
            }
            line.trim_end().to_owned()
        })
        .collect()
}
