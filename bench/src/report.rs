//! The rows of a measurement, as a table and as JSON.

use serde::Serialize;

/// Which direction is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Better {
    /// More is better.
    Higher,
    /// Less is better.
    Lower,
}

/// One case.
#[derive(Debug, Serialize)]
pub(crate) struct Row {
    case: String,
    ours: f64,
    peer: Option<f64>,
    value: f64,
    unit: &'static str,
    goal: Option<f64>,
    better: Better,
    met: Option<bool>,
}

impl Row {
    /// Our figure alone, in `unit`.
    pub(crate) fn alone(
        case: impl Into<String>,
        ours: f64,
        unit: &'static str,
        better: Better,
        goal: Option<f64>,
    ) -> Self {
        Self { case: case.into(), ours, peer: None, value: ours, unit, goal, better, met: None }.judged()
    }

    /// Our figure and a peer's, where more is better: the value is ours divided by the peer's.
    pub(crate) fn times(case: impl Into<String>, ours: f64, peer: f64, goal: Option<f64>) -> Self {
        Self::compared(case.into(), ours, peer, ours / peer, Better::Higher, goal)
    }

    /// Our figure and a peer's, where less is better: the value is how many times faster ours is.
    pub(crate) fn faster(case: impl Into<String>, ours: f64, peer: f64, goal: f64) -> Self {
        Self::compared(case.into(), ours, peer, peer / ours, Better::Higher, Some(goal))
    }

    /// Our figure and a peer's, where less is better: the value is ours divided by the peer's.
    pub(crate) fn beside(case: impl Into<String>, ours: f64, peer: f64, goal: f64) -> Self {
        Self::compared(case.into(), ours, peer, ours / peer, Better::Lower, Some(goal))
    }

    fn compared(case: String, ours: f64, peer: f64, value: f64, better: Better, goal: Option<f64>) -> Self {
        Self { case, ours, peer: Some(peer), value, unit: "times", goal, better, met: None }.judged()
    }

    fn judged(mut self) -> Self {
        self.met = self.goal.map(|goal| match self.better {
            Better::Higher => self.value >= goal,
            Better::Lower => self.value <= goal,
        });
        self
    }
}

/// Prints the rows as a table.
pub(crate) fn print(rows: &[Row]) {
    println!(
        "\n{:<70} {:>10} {:>10} {:>10} {:<8} {:>9}  met",
        "case", "ours", "peer", "value", "unit", "goal"
    );
    for row in rows {
        let goal = row.goal.map_or(String::new(), |goal| {
            format!("{} {}", if row.better == Better::Higher { "≥" } else { "≤" }, short(goal))
        });
        let met = row.met.map_or("", |met| if met { "yes" } else { "NO" });
        let peer = row.peer.map_or(String::new(), short);
        println!(
            "{:<70} {:>10} {peer:>10} {:>10} {:<8} {goal:>9}  {met}",
            row.case,
            short(row.ours),
            short(row.value),
            row.unit
        );
    }
}

/// At least three significant digits.
fn short(figure: f64) -> String {
    if figure >= 100.0 {
        format!("{figure:.0}")
    } else if figure >= 10.0 {
        format!("{figure:.1}")
    } else {
        format!("{figure:.2}")
    }
}

/// The quantile of the figures (0.5: the median).
pub(crate) fn quantile(figures: &mut [f64], share: f64) -> f64 {
    figures.sort_by(f64::total_cmp);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "an index, from 0 to len - 1"
    )]
    let index = (share * (figures.len() - 1) as f64).round() as usize;
    figures[index]
}

/// The median.
pub(crate) fn median(mut figures: Vec<f64>) -> f64 {
    quantile(&mut figures, 0.5)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn goals_are_judged_by_their_direction() {
        assert_eq!(Row::times("", 30.0, 10.0, Some(2.0)).met, Some(true));
        assert_eq!(Row::times("", 30.0, 10.0, Some(4.0)).met, Some(false));
        assert_eq!(Row::faster("", 10.0, 30.0, 2.0).met, Some(true));
        assert_eq!(Row::faster("", 10.0, 30.0, 4.0).met, Some(false));
        assert_eq!(Row::beside("", 104.0, 100.0, 1.05).met, Some(true));
        assert_eq!(Row::beside("", 106.0, 100.0, 1.05).met, Some(false));
        assert_eq!(Row::alone("", 5.0, "ms", Better::Lower, Some(4.0)).met, Some(false));
        assert_eq!(Row::alone("", 5.0, "ms", Better::Lower, None).met, None);
    }

    #[test]
    fn quantiles() {
        let mut figures: Vec<f64> = (0..=100).rev().map(f64::from).collect();
        assert_eq!(quantile(&mut figures, 0.99), 99.0);
        assert_eq!(median(figures), 50.0);
    }
}
