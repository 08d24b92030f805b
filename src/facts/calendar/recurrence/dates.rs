//! The days of a rule.
//!
//! STRATEGY. Time falls into periods: days, weeks, months or years, by `FREQ`; every `INTERVAL`th counts. In
//! each, all days are held against the `BY` parts, which alone limit; what RFC 5545 calls expansion is that a
//! part which is left out limits nothing once another one is written. `BYSETPOS` picks among what is left.
//! Periods that end before the wanted time are skipped, unless `COUNT` makes them matter.

use jiff::civil::{Date, DateTime, Weekday};

use super::{End, Frequency, Recurrence};

/// From which day to which, both included, days are wanted, and how much work they are worth.
#[derive(Clone, Copy, Debug)]
pub(in crate::facts::calendar) struct Bounds {
    /// The first day.
    pub(in crate::facts::calendar) from: Date,
    /// The last day.
    pub(in crate::facts::calendar) to: Date,
    /// The most days that may come of it.
    pub(in crate::facts::calendar) most: usize,
}

/// A rule that makes more days than its bounds allow, or walks through more periods than make sense.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::facts::calendar) struct TooLong;

/// The most periods that are walked through: five centuries of days.
const MOST_PERIODS: i64 = 190_000;

/// The days of one period, in order.
type Days = Vec<Date>;

impl Recurrence {
    /// The days on which occurrences begin, sorted, from the day of `first` on. `first` itself is one of them
    /// only if the rule gives it. An end in `UNTIL` as an instant is the caller's to see, who knows the zone.
    pub(in crate::facts::calendar) fn days_between(
        &self,
        first: DateTime,
        bounds: Bounds,
    ) -> Result<Vec<Date>, TooLong> {
        let mut found = Vec::new();
        let mut left = match self.end {
            End::Count(count) => count,
            End::Never | End::UntilInstant(_) | End::UntilLocal(_) => u32::MAX,
        };
        let start = first.date();
        let skipped = match self.end {
            End::Count(_) => 0,
            _ => self.periods_before(start, bounds.from),
        };
        let mut days = Days::new();
        for index in skipped.. {
            if index - skipped > MOST_PERIODS {
                return Err(TooLong);
            }
            days.clear();
            let Some(begin) = self.period(start, index, &mut days) else { break };
            if begin > bounds.to {
                break;
            }
            self.pick(&mut days);
            for day in days.iter().copied().filter(|day| *day >= start) {
                let is_over =
                    matches!(self.end, End::UntilLocal(until) if day.to_datetime(first.time()) > until);
                if left == 0 || is_over || day > bounds.to {
                    return Ok(found);
                }
                left -= 1;
                if day >= bounds.from {
                    if found.len() >= bounds.most {
                        return Err(TooLong);
                    }
                    found.push(day);
                }
            }
            if left == 0 {
                break;
            }
        }
        Ok(found)
    }

    /// How many counted periods surely end before a day.
    fn periods_before(&self, start: Date, from: Date) -> i64 {
        let days = i64::from((from - start).get_days());
        let months = (i64::from(from.year()) - i64::from(start.year())) * 12 + i64::from(from.month())
            - i64::from(start.month());
        let periods = match self.frequency {
            Frequency::Daily => days,
            Frequency::Weekly => days / 7 - 1,
            Frequency::Monthly => months,
            Frequency::Yearly => i64::from(from.year()) - i64::from(start.year()),
        };
        (periods / self.interval - 1).max(0)
    }

    /// The matching days of a counted period, and its first day; nothing beyond the calendar.
    fn period(&self, start: Date, index: i64, days: &mut Days) -> Option<Date> {
        let steps = index.checked_mul(self.interval)?;
        match self.frequency {
            Frequency::Daily => {
                let day = plus_days(start, steps)?;
                days.extend(Some(day).filter(|day| self.matches(*day, start)));
                Some(day)
            }
            Frequency::Weekly => {
                let back = start.weekday().since(self.week_start);
                let first = plus_days(start, steps.checked_mul(7)? - i64::from(back))?;
                let week = std::iter::successors(Some(first), |day| day.tomorrow().ok()).take(7);
                days.extend(week.filter(|day| self.matches(*day, start)));
                Some(first)
            }
            Frequency::Monthly => {
                let month = i64::from(start.year()) * 12 + i64::from(start.month()) - 1 + steps;
                let first = first_of_month(month)?;
                self.month(first, start, days);
                Some(first)
            }
            Frequency::Yearly => {
                let year = i16::try_from(i64::from(start.year()) + steps).ok()?;
                let first = Date::new(year, 1, 1).ok()?;
                for month in 0..12 {
                    if self.is_wanted_month(i8::try_from(month + 1).unwrap_or_default(), start) {
                        self.month(first_of_month(i64::from(year) * 12 + month)?, start, days);
                    }
                }
                Some(first)
            }
        }
    }

    fn month(&self, first: Date, start: Date, days: &mut Days) {
        let all = std::iter::successors(Some(first), |day| day.tomorrow().ok());
        let all = all.take(usize::try_from(first.days_in_month()).unwrap_or_default());
        days.extend(all.filter(|day| self.matches(*day, start)));
    }

    fn is_wanted_month(&self, month: i8, start: Date) -> bool {
        let is_bare = self.days.is_empty() && self.month_days.is_empty();
        match self.frequency {
            Frequency::Yearly if self.months.is_empty() && is_bare => month == start.month(),
            _ => self.months.is_empty() || self.months.contains(&month),
        }
    }

    /// Whether a day passes all parts. Where no part speaks of days, the first occurrence's day does.
    fn matches(&self, day: Date, start: Date) -> bool {
        if !self.is_wanted_month(day.month(), start) {
            return false;
        }
        if self.days.is_empty() && self.month_days.is_empty() {
            return match self.frequency {
                Frequency::Daily => true,
                Frequency::Weekly => day.weekday() == start.weekday(),
                Frequency::Monthly | Frequency::Yearly => day.day() == start.day(),
            };
        }
        let from_end = day.day() - day.days_in_month() - 1;
        let is_month_day = |wanted: &i8| *wanted == day.day() || *wanted == from_end;
        (self.month_days.is_empty() || self.month_days.iter().any(is_month_day))
            && (self.days.is_empty() || self.days.iter().any(|wanted| self.is_day(day, *wanted)))
    }

    /// Whether a day is that weekday, by its number in the month or, in a yearly rule without months, the year.
    fn is_day(&self, day: Date, (number, weekday): (i8, i8)) -> bool {
        if day.weekday() != from_monday(weekday) {
            return false;
        }
        let is_of_year = self.frequency == Frequency::Yearly && self.months.is_empty();
        let (at, last) = if is_of_year {
            (day.day_of_year(), day.days_in_year())
        } else {
            (i16::from(day.day()), i16::from(day.days_in_month()))
        };
        match i16::from(number) {
            0 => true,
            number if number > 0 => (at - 1) / 7 + 1 == number,
            number => -((last - at) / 7 + 1) == number,
        }
    }

    /// Keeps the positions of `BYSETPOS`.
    fn pick(&self, days: &mut Days) {
        if self.positions.is_empty() {
            return;
        }
        let last = i16::try_from(days.len()).unwrap_or(i16::MAX);
        let mut at = 0;
        days.retain(|_| {
            at += 1;
            self.positions.contains(&at) || self.positions.contains(&(at - last - 1))
        });
    }
}

fn from_monday(offset: i8) -> Weekday {
    Weekday::from_monday_zero_offset(offset).unwrap_or(Weekday::Monday)
}

fn plus_days(day: Date, days: i64) -> Option<Date> {
    let span = jiff::Span::new().try_days(days).ok()?;
    day.checked_add(span).ok()
}

/// The first day of a month counted from the year 0.
fn first_of_month(month: i64) -> Option<Date> {
    let year = i16::try_from(month.div_euclid(12)).ok()?;
    let month = i8::try_from(month.rem_euclid(12) + 1).ok()?;
    Date::new(year, month, 1).ok()
}
