//! What a simulated person does: finds the product, signs up, works in it, pays, leaves.

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, TimeDelta, Utc, Weekday};
use rand::RngExt;
use rand::rngs::StdRng;
use serde_json::{Map, Value, json};

use super::people::{Person, pick};

/// One event of a journey.
pub(super) struct Step {
    pub(super) at: DateTime<Utc>,
    pub(super) event: &'static str,
    pub(super) path: &'static str,
    /// Whether it is the first of all: only then the source that brought the person is told.
    pub(super) arrival: bool,
    /// The page before in the same visit.
    pub(super) from: Option<&'static str>,
    pub(super) properties: Map<String, Value>,
}

/// A life is simulated for this many days at most.
const LIFE_DAYS: u64 = 400;

/// Name, monthly price in dollars, share.
const PLANS: [(&str, f64, u32); 3] = [("starter", 12.0, 55), ("team", 49.0, 35), ("business", 199.0, 10)];

const PUBLIC_PAGES: [(&str, u32); 8] = [
    ("/", 20),
    ("/pricing", 18),
    ("/features", 16),
    ("/for/teams", 8),
    ("/docs", 10),
    ("/blog/planning-without-meetings", 9),
    ("/customers", 7),
    ("/changelog", 4),
];

const WORK: [(&str, &str, u32); 6] = [
    ("complete task", "/app/tasks", 38),
    ("create task", "/app/tasks", 30),
    ("comment", "/app/tasks", 14),
    ("create project", "/app/projects", 6),
    ("invite teammate", "/app/team", 4),
    ("export report", "/app/reports", 8),
];

/// Returns what the person does from their first day until `until` (exclusive), in order of time.
pub(super) fn journey(mut person: Person, first_day: NaiveDate, until: DateTime<Utc>) -> Vec<Step> {
    let mut life = Life { steps: Vec::new(), plan: None, signed_up: false, tasks: 0, page: None };
    for age in 0..LIFE_DAYS {
        let day = first_day + Days::new(age);
        let midnight = day.and_time(NaiveTime::MIN).and_utc();
        if midnight > until + TimeDelta::days(1) {
            break;
        }
        if !comes(&mut person, &life, day, age) {
            continue;
        }
        let mut clock = midnight + TimeDelta::seconds(time_of_day(&mut person.rng) - person.offset_minutes * 60);
        life.page = None;
        if life.signed_up {
            work(&mut person, &mut life, &mut clock, age);
        } else {
            look_around(&mut person, &mut life, &mut clock, age == 0);
        }
    }
    life.steps.retain(|step| step.at < until);
    life.steps.sort_by_key(|step| step.at);
    life.steps
}

struct Life {
    steps: Vec<Step>,
    plan: Option<(&'static str, f64, u64)>,
    signed_up: bool,
    tasks: u32,
    /// The page last seen in this visit.
    page: Option<&'static str>,
}

impl Life {
    fn step(&mut self, at: DateTime<Utc>, event: &'static str, path: &'static str, properties: Value) {
        let properties = match properties {
            Value::Object(map) => map,
            _ => Map::new(),
        };
        self.steps.push(Step { at, event, path, arrival: false, from: self.page, properties });
        if event == "$pageview" {
            self.page = Some(path);
        }
    }
}

/// Interest fades with age, fastest in the first week, and work rests at weekends.
fn comes(person: &mut Person, life: &Life, day: NaiveDate, age: u64) -> bool {
    if age == 0 {
        return true;
    }
    let base = if life.plan.is_some() {
        0.72
    } else if life.signed_up {
        0.55
    } else {
        0.12
    };
    let fading = 1.0 / (1.0 + age as f64 / (3.0 + 60.0 * person.keenness));
    let weekend = if matches!(day.weekday(), Weekday::Sat | Weekday::Sun) { 0.3 } else { 1.0 };
    person.rng.random::<f64>() < base * fading * weekend * (0.4 + person.keenness)
}

/// Seconds after local midnight: two humps, before noon and in the afternoon, with a tail into the evening.
fn time_of_day(rng: &mut StdRng) -> i64 {
    let hump = if rng.random::<f64>() < 0.55 { 10.5 } else { 15.5 };
    let spread: f64 = (0..4).map(|_| rng.random::<f64>() - 0.5).sum::<f64>() * 3.2;
    ((hump + spread).clamp(0.2, 23.5) * 3600.0) as i64
}

fn pause(rng: &mut StdRng, clock: &mut DateTime<Utc>, seconds: std::ops::Range<i64>) {
    *clock += TimeDelta::milliseconds(rng.random_range(seconds.start * 1000..seconds.end * 1000));
}

fn look_around(person: &mut Person, life: &mut Life, clock: &mut DateTime<Utc>, first: bool) {
    let landing = if first { person.source.landing } else { "/" };
    life.step(*clock, "$pageview", landing, Value::Null);
    if let Some(step) = life.steps.last_mut() {
        step.arrival = first;
    }
    let wanted = 1 + (person.keenness * 5.0 * person.rng.random::<f64>()) as usize;
    for _ in 1..wanted {
        pause(&mut person.rng, clock, 8..140);
        let page = PUBLIC_PAGES[pick(&mut person.rng, PUBLIC_PAGES.map(|page| page.1))].0;
        life.step(*clock, "$pageview", page, Value::Null);
        if page == "/docs" && person.rng.random::<f64>() < 0.3 {
            pause(&mut person.rng, clock, 10..60);
            life.step(*clock, "search docs", "/docs", json!({ "words": person.rng.random_range(1..5) }));
        }
    }
    if person.rng.random::<f64>() < 0.06 + 0.30 * person.keenness * person.keenness {
        sign_up(person, life, clock);
    }
}

fn sign_up(person: &mut Person, life: &mut Life, clock: &mut DateTime<Utc>) {
    pause(&mut person.rng, clock, 10..60);
    life.step(*clock, "$pageview", "/sign-up", Value::Null);
    pause(&mut person.rng, clock, 15..120);
    // Some give up at the form, more so on phones.
    let on_phone = person.user_agent.contains("Mobile");
    if person.rng.random::<f64>() < if on_phone { 0.45 } else { 0.25 } {
        return;
    }
    let method = ["email", "google", "github"][pick(&mut person.rng, [50, 38, 12])];
    life.step(*clock, "sign up", "/sign-up", json!({ "method": method, "plan": "free", "company": person.company }));
    life.signed_up = true;
    pause(&mut person.rng, clock, 5..40);
    life.step(*clock, "$pageview", "/app/welcome", Value::Null);
    if person.rng.random::<f64>() < 0.45 + 0.5 * person.keenness {
        pause(&mut person.rng, clock, 30..200);
        life.step(*clock, "create project", "/app/projects", json!({ "template": "blank", "plan": "free" }));
    }
}

fn work(person: &mut Person, life: &mut Life, clock: &mut DateTime<Utc>, age: u64) {
    life.step(*clock, "$pageview", "/app", Value::Null);
    let plan = life.plan.map_or("free", |plan| plan.0);
    let actions = 1 + (person.rng.random::<f64>() * 7.0 * (0.3 + person.keenness)) as usize;
    for _ in 0..actions {
        pause(&mut person.rng, clock, 15..400);
        let (event, path, _) = WORK[pick(&mut person.rng, WORK.map(|work| work.2))];
        let mut properties = json!({ "plan": plan });
        if event == "complete task" {
            life.tasks += 1;
            properties["minutes"] = json!(person.rng.random_range(2..240));
            properties["overdue"] = json!(person.rng.random::<f64>() < 0.12);
        } else if event == "export report" {
            properties["format"] = json!(["pdf", "csv", "xlsx"][pick(&mut person.rng, [50, 30, 20])]);
        }
        life.step(*clock, event, path, properties);
    }
    money(person, life, clock, age);
}

/// Upgrades after some work, a payment every 30 days, and now and then a cancellation.
fn money(person: &mut Person, life: &mut Life, clock: &mut DateTime<Utc>, age: u64) {
    pause(&mut person.rng, clock, 20..90);
    match life.plan {
        None if life.tasks >= 4 && person.rng.random::<f64>() < 0.10 * person.keenness => {
            let (plan, price, _) = PLANS[pick(&mut person.rng, PLANS.map(|plan| plan.2))];
            life.step(*clock, "$pageview", "/app/billing", Value::Null);
            pause(&mut person.rng, clock, 20..90);
            life.step(*clock, "upgrade", "/app/billing", json!({ "plan": plan, "from": "free", "price": price }));
            pay(life, *clock, plan, price);
            life.plan = Some((plan, price, age));
        }
        Some((plan, price, paid_at)) if age >= paid_at + 30 => {
            if person.rng.random::<f64>() < 0.08 {
                life.step(*clock, "cancel", "/app/billing", json!({ "plan": plan, "reason": "too expensive" }));
                life.plan = None;
            } else {
                pay(life, *clock, plan, price);
                life.plan = Some((plan, price, age));
            }
        }
        _ => {}
    }
}

fn pay(life: &mut Life, at: DateTime<Utc>, plan: &'static str, price: f64) {
    let properties = json!({ "plan": plan, "revenue": price, "currency": "USD" });
    life.step(at + TimeDelta::seconds(2), "payment", "/app/billing", properties);
}
