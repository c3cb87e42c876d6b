//! The demo: a simulated product with visitors, sign-ups, plans, revenue, campaigns, weekends and growth.
//!
//! Everything follows from a seed and the day the simulation began, so running it again adds only what has happened
//! since.

mod fill;
mod journey;
mod people;

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, TimeDelta, Utc, Weekday};
use collector::Incoming;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use journey::Step;
use people::Person;

pub(crate) use fill::{Arguments, fill, go_on, run};

/// How long before the first start the simulated product was launched.
pub(crate) const HISTORY_DAYS: u64 = 90;

const HOST: &str = "orbit.example";
/// What sends the simulated events, as they say: nobody who waits for an event of their own is told of these.
const LIBRARY: &str = "demo";
const EVENT_NAMESPACE: Uuid = Uuid::from_u128(0x7261_6469_7864_656d_8f00_0000_0000_0001);

/// A simulated product, from its launch on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Simulation {
    /// The first day with visitors.
    pub(crate) launch: NaiveDate,
    /// What all chance follows from.
    pub(crate) seed: u64,
    /// New visitors on the first weekdays; they grow from there.
    pub(crate) visitors_a_day: f64,
}

impl Simulation {
    /// Returns the simulation whose history is full on `today`.
    pub(crate) fn up_to(today: NaiveDate) -> Self {
        Self { launch: today - Days::new(HISTORY_DAYS), seed: 2_026, visitors_a_day: 26.0 }
    }

    /// Returns what happens from one instant to another (exclusive), in order of time.
    pub(crate) fn events(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> Vec<Incoming> {
        let mut events = Vec::new();
        let mut number = 0;
        let mut day = self.launch;
        // People east of Greenwich begin their day before UTC does.
        while day.and_time(NaiveTime::MIN).and_utc() < to + TimeDelta::days(1) {
            for _ in 0..self.newcomers(day) {
                number += 1;
                events.extend(self.life(number, day, from, to));
            }
            day = day + Days::new(1);
        }
        events.sort_by_key(|event| event.timestamp);
        events
    }

    fn newcomers(&self, day: NaiveDate) -> u64 {
        let age = (day - self.launch).num_days();
        let mut rng = StdRng::seed_from_u64(self.seed.wrapping_add(age as u64));
        let growth = 1.0 + age as f64 / 55.0;
        let weekend = if matches!(day.weekday(), Weekday::Sat | Weekday::Sun) { 0.5 } else { 1.0 };
        // A post on a large site, six weeks after launch, brings two days of many visitors.
        let wave = if (41..=42).contains(&age) { 2.6 } else { 1.0 };
        (self.visitors_a_day * growth * weekend * wave * rng.random_range(0.8..1.2)).round() as u64
    }

    fn life(&self, number: u64, day: NaiveDate, from: DateTime<Utc>, to: DateTime<Utc>) -> Vec<Incoming> {
        let person = Person::new(self.seed, number);
        let about = About {
            distinct_id: person.distinct_id.clone(),
            country: person.country,
            city: person.city,
            user_agent: person.user_agent,
            referrer: person.source.referrer,
            utm: person.source.utm,
        };
        let steps = journey::journey(person, day, to);
        let numbered = steps.into_iter().enumerate().filter(|(_, step)| step.at >= from);
        numbered.map(|(index, step)| about.event(index, step)).collect()
    }
}

/// What all events of a person have in common.
struct About {
    distinct_id: String,
    country: &'static str,
    city: &'static str,
    user_agent: &'static str,
    referrer: &'static str,
    utm: Option<(&'static str, &'static str, &'static str)>,
}

impl About {
    fn event(&self, index: usize, step: Step) -> Incoming {
        let mut properties: Map<String, Value> = step.properties;
        properties.insert(
            "$current_url".into(),
            json!(format!("https://{HOST}{}{}", step.path, self.campaign(step.arrival))),
        );
        properties.insert("$lib".into(), json!(LIBRARY));
        properties.insert("$geoip_country_code".into(), json!(self.country));
        properties.insert("$geoip_city_name".into(), json!(self.city));
        let referrer = match step.from {
            Some(page) => format!("https://{HOST}{page}"),
            None if step.arrival => self.referrer.to_owned(),
            None => String::new(),
        };
        if !referrer.is_empty() {
            properties.insert("$referrer".into(), json!(referrer));
        }
        let mut event = Incoming::new(step.event, &self.distinct_id);
        event.event_id = Some(Uuid::new_v5(&EVENT_NAMESPACE, format!("{}/{index}", self.distinct_id).as_bytes()));
        event.timestamp = Some(step.at);
        event.user_agent = Some(self.user_agent.to_owned());
        event.properties = properties.into();
        event
    }

    fn campaign(&self, arrival: bool) -> String {
        match self.utm {
            Some((source, medium, campaign)) if arrival => {
                format!("?utm_source={source}&utm_medium={medium}&utm_campaign={campaign}")
            }
            _ => String::new(),
        }
    }
}
