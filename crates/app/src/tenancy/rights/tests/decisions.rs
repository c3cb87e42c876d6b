//! Decisions and what explains them.

use std::collections::HashMap;

use analytics_model::{Filter, OrganizationId, ProjectId, UserId, WeekStart};
use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{assign, id_of, make_folder, make_role, organization};
use crate::{
    Role,
    tenancy::rights::{
        Access, Action, Asked, Conditions, HeldRole, Item, Permission, Resource, RoleSource, RowRule, explain,
        grants::{Grant, Grants, Level},
    },
    testing::{TestApp, app_tests},
};

app_tests! {
    async fn a_decision_is_explained_step_by_step(app: TestApp) {
        let owner = app.owner().await;
        let colleague = app.colleague("ada").await;
        let role = make_role(&owner, json!({ "name": "Maker",
            "permissions": [{ "resource": "folders", "action": "edit", "conditions": { "own": true } },
                { "resource": "events", "action": "view" }],
            "row_rules": [{ "property": "region", "allowed_values": ["EU"] }] })).await;
        assign(&owner, &colleague, &role).await;
        let top = make_folder(&owner, "Top", None).await;
        let inner = make_folder(&owner, "Inner", Some(&top)).await;
        let user = id_of(&colleague).await;
        let grant = json!({ "principal_type": "user", "principal_id": user, "permission_type": "edit",
            "expires_at": app.clock.now() + TimeDelta::minutes(1) });
        owner.put(&owner.path(&format!("/grants/folder/{top}")), grant).await.expect(200);
        let question = format!("/access/explain?user={user}&action=edit&resource=folders&resource_type=folder&resource_id={inner}");

        let before = owner.get(&owner.path(&question)).await.expect(200);
        app.clock.advance(TimeDelta::minutes(2));
        let after = owner.get(&owner.path(&question)).await.expect(200);

        assert_eq!((&before["allowed"], &after["allowed"]), (&json!(true), &json!(false)), "{after}");
        let steps = |explanation: &Value| -> Vec<(String, bool)> {
            let steps = explanation["steps"].as_array().expect("steps");
            steps.iter().map(|step| (step["kind"].as_str().unwrap_or_default().to_owned(), step["allows"] == true)).collect()
        };
        let kinds = |grant: bool| [("membership".to_owned(), false), ("role".to_owned(), false), ("grant".to_owned(), grant)];
        assert_eq!(steps(&before), kinds(true));
        assert_eq!(steps(&after), kinds(false));
        assert_eq!(before["steps"][2]["inherited_from"], json!(top));
        assert_eq!(before["rows"], json!([[{ "property": "region", "allowed_values": ["EU"] }]]));
    }

    async fn people_ask_about_themselves_and_admins_about_all_of_theirs(app: TestApp) {
        let (owner, stranger) = (app.owner().await, app.stranger().await);
        let (viewer, colleague) = (app.member(Role::Viewer).await, app.colleague("ada").await);
        let ask = |user: &str| format!("/access/explain?user={user}&action=run&resource=insights");
        let mine = viewer.get(&viewer.path("/access/explain?action=run&resource=insights")).await.expect(200);
        assert_eq!(mine["allowed"], true);
        let others = id_of(&owner).await;
        viewer.get(&viewer.path(&ask(&others))).await.expect_problem(403, "permission_required");
        let nothing = owner.get(&owner.path(&ask(&id_of(&colleague).await))).await.expect(200);
        assert_eq!((&nothing["allowed"], &nothing["steps"][1]), (&json!(false), &Value::Null));
        owner.get(&owner.path(&ask(&id_of(&stranger).await))).await.expect_problem(404, "not_found");
        assert!(organization(&owner, "").await.starts_with("/organizations/"));
    }
}

/// The folders of the made-up projects: 1 in 2 in 3.
fn folder(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

const ME: UserId = UserId(Uuid::from_u128(100));
const HERE: ProjectId = ProjectId(Uuid::from_u128(200));

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp_secs(1_000_000).expect("a time")
}

fn a_permission() -> impl Strategy<Value = Permission> {
    let resource = prop_oneof![Just(Resource::Folders), Just(Resource::Insights)];
    let action = prop_oneof![Just(Action::View), Just(Action::Edit), Just(Action::Share), Just(Action::Delete)];
    let projects = prop_oneof![
        Just(None),
        Just(Some(vec![HERE])),
        Just(Some(vec![ProjectId(Uuid::from_u128(201))])),
        Just(Some(Vec::new()))
    ];
    let tags = prop_oneof![Just(None), Just(Some(vec!["a".to_owned()])), Just(Some(vec!["b".to_owned()]))];
    (resource, action, any::<bool>(), projects, tags).prop_map(|(resource, action, own, projects, tags)| Permission {
        resource,
        action,
        conditions: Conditions { own, projects, tags },
    })
}

fn a_grant() -> impl Strategy<Value = Grant> {
    let level = prop_oneof![Just(Level::View), Just(Level::Edit), Just(Level::Share), Just(Level::Admin)];
    let resource = prop_oneof![Just(Resource::Folders), Just(Resource::Insights)];
    (level, resource, 1..5_u128, prop::option::of(-2..3_i64)).prop_map(|(level, resource, item, hours)| Grant {
        id: Uuid::nil(),
        resource,
        item: folder(item),
        role: None,
        level,
        expires_at: hours.map(|hours| now() + TimeDelta::hours(hours)),
    })
}

fn an_access() -> impl Strategy<Value = Access> {
    let role = prop::collection::vec(a_permission(), 0..4).prop_map(|permissions| HeldRole {
        id: Uuid::nil(),
        name: "made up".to_owned(),
        from: RoleSource::Given,
        permissions,
        row_rules: Vec::new(),
    });
    let parents = HashMap::from([(folder(1), Some(folder(2))), (folder(2), Some(folder(3))), (folder(3), None)]);
    (prop::collection::vec(role, 0..3), prop::collection::vec(a_grant(), 0..4)).prop_map(move |(roles, grants)| {
        Access {
            organization: OrganizationId(Uuid::nil()),
            project: HERE,
            user: Some(ME),
            zone: chrono_tz::UTC,
            week_start: WeekStart::Monday,
            roles,
            grants: Grants::new(grants, parents.clone()),
        }
    })
}

fn an_item() -> impl Strategy<Value = Item> {
    (1..5_u128, any::<bool>(), prop::sample::subsequence(vec!["a", "b"], 0..=2)).prop_map(|(id, own, tags)| Item {
        id: folder(id),
        owner: own.then_some(ME),
        folder: (id < 3).then(|| folder(id + 1)),
        tags: tags.into_iter().map(str::to_owned).collect(),
    })
}

/// The rules once more, as plainly as they can be said.
fn plainly(access: &Access, grants: &[Grant], action: Action, resource: Resource, item: &Item) -> bool {
    let by_role = access.roles.iter().flat_map(|role| &role.permissions).any(|permission| {
        let Conditions { own, projects, tags } = &permission.conditions;
        (permission.resource, permission.action) == (resource, action)
            && (!own || item.owner == Some(ME))
            && projects.as_ref().is_none_or(|projects| projects.contains(&HERE))
            && tags.as_ref().is_none_or(|tags| tags.iter().any(|tag| item.tags.contains(tag)))
    });
    let by_grant = grants.iter().any(|grant| {
        let place = item.id.as_u128()..=3;
        let on_it = grant.resource == resource && grant.item == item.id;
        let above =
            grant.resource == Resource::Folders && grant.item != item.id && place.contains(&grant.item.as_u128());
        let lives = grant.expires_at.is_none_or(|end| end > now());
        lives && (on_it || above) && grant.level.allows(action)
    });
    by_role || by_grant
}

proptest! {
    #[test]
    fn an_explanation_is_the_decision(
        access in an_access(),
        item in an_item(),
        resource in prop_oneof![Just(Resource::Folders), Just(Resource::Insights)],
        action in prop_oneof![Just(Action::View), Just(Action::Edit), Just(Action::Share), Just(Action::Delete)],
    ) {
        let asked = Asked { action, resource, item: Some(&item), now: now() };
        let explanation = explain::of(&access, &asked);
        prop_assert_eq!(explanation.allowed, access.may_to(action, resource, &item, now()));
        prop_assert_eq!(explanation.allowed, explanation.steps.iter().any(|step| step.allows));
        prop_assert_eq!(explanation.allowed, plainly(&access, access.grants.all(), action, resource, &item));
        let about_kind = Asked { item: None, ..asked };
        prop_assert_eq!(explain::of(&access, &about_kind).allowed, access.may(action, resource));
    }
}

/// What the rows of a made-up project look like: region and plan.
const ROWS: [(&str, &str); 6] = [("EU", "pro"), ("EU", "free"), ("US", "pro"), ("US", "free"), ("", "pro"), ("", "")];

fn a_right() -> impl Strategy<Value = (Action, Resource)> {
    let all = Resource::all().flat_map(|resource| resource.actions().iter().map(move |action| (*action, resource)));
    prop::sample::select(all.collect::<Vec<_>>())
}

fn some_rules() -> impl Strategy<Value = Vec<RowRule>> {
    let rule = |property: &str, values: &[&str]| RowRule {
        property: property.to_owned(),
        values: values.iter().map(|value| (*value).to_owned()).collect(),
    };
    prop::sample::select(vec![
        Vec::new(),
        vec![rule("region", &["EU"])],
        vec![rule("region", &["EU", "US"])],
        vec![rule("plan", &["pro"]), rule("region", &["US"])],
    ])
}

fn a_limited_access() -> impl Strategy<Value = Access> {
    let elsewhere = ProjectId(Uuid::from_u128(201));
    let permission = (a_right(), prop::bool::weighted(0.2)).prop_map(move |((action, resource), elsewhere_only)| {
        let projects = elsewhere_only.then(|| vec![elsewhere]);
        Permission { resource, action, conditions: Conditions { projects, ..Conditions::default() } }
    });
    // Rights that read events are rare among all: without these most roles would show nothing.
    let reads = [(Action::View, Resource::Events), (Action::Run, Resource::Insights), (Action::View, Resource::People)];
    let reading = prop::sample::select(reads.to_vec()).prop_map(|(action, resource)| Permission {
        resource,
        action,
        conditions: Conditions::default(),
    });
    let permissions = prop::collection::vec(prop_oneof![permission, reading], 0..4);
    let role = (permissions, some_rules()).prop_map(|(permissions, row_rules)| HeldRole {
        id: Uuid::nil(),
        name: "made up".to_owned(),
        from: RoleSource::Given,
        permissions,
        row_rules,
    });
    prop::collection::vec(role, 0..4).prop_map(|roles| Access {
        organization: OrganizationId(Uuid::nil()),
        project: HERE,
        user: Some(ME),
        zone: chrono_tz::UTC,
        week_start: WeekStart::Monday,
        roles,
        grants: Grants::default(),
    })
}

fn keeps(rules: &[RowRule], (region, plan): (&str, &str)) -> bool {
    let of = |rule: &RowRule| if rule.property == "region" { region } else { plan };
    rules.iter().all(|rule| rule.values.iter().any(|value| value == of(rule)))
}

/// The rules about rows once more, as plainly as they can be said: a row shows where a role lets them do just this
/// and shows it, or, in answers they may have, where a role shows them events as they came and shows it.
fn shows_plainly(access: &Access, (action, resource): (Action, Resource), row: (&str, &str)) -> bool {
    let has = |role: &&HeldRole, wanted: (Action, Resource)| {
        role.permissions.iter().any(|permission| {
            (permission.action, permission.resource) == wanted
                && permission.conditions.projects.as_ref().is_none_or(|projects| projects.contains(&HERE))
        })
    };
    let may = access.roles.iter().any(|role| has(&role, (action, resource)));
    let answers = [Resource::Insights, Resource::Queries, Resource::Dashboards].contains(&resource)
        && [Action::View, Action::Run].contains(&action);
    let counts =
        |role: &&HeldRole| has(role, (action, resource)) || (answers && has(role, (Action::View, Resource::Events)));
    may && access.roles.iter().filter(counts).any(|role| keeps(&role.row_rules, row))
}

/// Whether the filter that statements are made with lets a row through.
fn passes(filter: &Filter, (region, plan): (&str, &str)) -> bool {
    match filter {
        Filter::And { and } => and.iter().all(|part| passes(part, (region, plan))),
        Filter::Or { or } => or.iter().any(|part| passes(part, (region, plan))),
        Filter::Condition(condition) => {
            let value = if condition.property == "region" { region } else { plan };
            condition.values.iter().any(|allowed| allowed == value)
        }
    }
}

proptest! {
    #[test]
    fn rows_are_explained_as_they_are_shown(access in a_limited_access(), right in a_right()) {
        let asked = Asked::to_some(right.0, right.1);
        let explained = serde_json::to_value(explain::of(&access, &asked)).expect("an explanation");
        let filter = access.rows_filter(&asked);
        prop_assert_eq!(&explained["allowed"], access.may(right.0, right.1));
        for row in ROWS {
            let shown = filter.as_ref().is_none_or(|filter| passes(filter, row));
            prop_assert_eq!(shown, shows_plainly(&access, right, row), "{:?} of {:?}", right, &access.roles);
            if right.1.shows_rows() {
                let told = explained["rows"].as_array().is_none_or(|lists| lists.iter().any(|list| {
                    let rules: Vec<RowRule> = list.as_array().into_iter().flatten().map(|rule| RowRule {
                        property: rule["property"].as_str().unwrap_or_default().to_owned(),
                        values: serde_json::from_value(rule["allowed_values"].clone()).unwrap_or_default(),
                    }).collect();
                    keeps(&rules, row)
                }));
                prop_assert_eq!(told, shown);
            }
        }
    }

    // Nobody gives a role that shows more than they see: who gets it sees no row that its giver does not.
    #[test]
    fn what_is_covered_shows_no_more(access in a_limited_access(), right in a_right(), rules in some_rules()) {
        let wanted = Permission { resource: right.1, action: right.0, conditions: Conditions::default() };
        if access.covers(std::slice::from_ref(&wanted), &rules) {
            prop_assert!(access.may(right.0, right.1));
            for row in ROWS.into_iter().filter(|row| right.1.shows_rows() && keeps(&rules, *row)) {
                prop_assert!(shows_plainly(&access, right, row), "{:?} {:?} of {:?}", right, rules, &access.roles);
            }
        }
    }
}
