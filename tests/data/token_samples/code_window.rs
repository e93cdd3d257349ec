use std::collections::VecDeque;
use std::fmt;
use std::time::{Duration, Instant};

/// Counts events of the last window and refuses those above a limit.
#[derive(Debug, Clone)]
pub struct SlidingWindow {
    limit: usize,
    window: Duration,
    events: VecDeque<Instant>,
}

#[derive(Debug, PartialEq, Eq)]
pub enum Refusal {
    TooMany { limit: usize, retry_after: Duration },
    ClockWentBack,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refusal::TooMany { limit, retry_after } => {
                write!(f, "more than {limit} requests; try again in {:.1} s", retry_after.as_secs_f64())
            }
            Refusal::ClockWentBack => write!(f, "the clock went back"),
        }
    }
}

impl std::error::Error for Refusal {}

impl SlidingWindow {
    pub fn new(limit: usize, window: Duration) -> Self {
        assert!(limit > 0, "a limit of zero lets nothing through");
        Self { limit, window, events: VecDeque::with_capacity(limit) }
    }

    pub fn admit(&mut self, now: Instant) -> Result<usize, Refusal> {
        if let Some(&last) = self.events.back() {
            if now < last {
                return Err(Refusal::ClockWentBack);
            }
        }
        while let Some(&first) = self.events.front() {
            if now.duration_since(first) < self.window {
                break;
            }
            self.events.pop_front();
        }
        if self.events.len() >= self.limit {
            let oldest = self.events[0];
            let retry_after = self.window - now.duration_since(oldest);
            return Err(Refusal::TooMany { limit: self.limit, retry_after });
        }
        self.events.push_back(now);
        Ok(self.limit - self.events.len())
    }
}
