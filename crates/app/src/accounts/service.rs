//! Making accounts, and looking after them.

use analytics_model::UserId;
use chrono::TimeDelta;
use http_kit::{IfMatch, Version};
use metadata_store::{OnUnique, Transaction, transact};
use serde_json::json;

use super::{
    Error, credentials, letters, password, resets, rules, sessions,
    store::{self, UserRow},
};
use crate::{
    App,
    audit::{self, Actor, Change},
    system,
    versions::{self, Names},
};

/// What somebody needs for an account.
// Not Debug: the password must not reach a log.
#[derive(Clone)]
pub struct NewUser {
    /// The e-mail address to sign in with; letter case doesn't matter.
    pub email: String,
    /// In clear; kept as a bcrypt hash only.
    pub password: String,
    /// May be empty.
    pub first_name: String,
    /// May be empty.
    pub last_name: String,
    /// Whether they look after the instance itself.
    pub is_admin: bool,
}

/// A new account that passed the rules; its password is hashed already.
pub(crate) struct Prepared(pub(super) UserRow);

/// Somebody whom an admin gives an account, without a password.
pub(crate) struct Invited {
    pub(crate) email: String,
    pub(crate) first_name: String,
    pub(crate) last_name: String,
    pub(crate) is_admin: bool,
}

/// What an admin changes in an account; what is left out stays.
#[derive(Debug, Clone, Default)]
pub struct UserChange {
    /// Whether they may sign in.
    pub is_active: Option<bool>,
    /// Whether they look after the instance itself.
    pub is_admin: Option<bool>,
    /// What others call them by.
    pub first_name: Option<String>,
    /// What others call them by.
    pub last_name: Option<String>,
}

impl UserChange {
    fn check(&self) -> Result<(), Error> {
        let first = self.first_name.as_deref().and_then(|name| rules::check_name("first_name", name));
        let last = self.last_name.as_deref().and_then(|name| rules::check_name("last_name", name));
        let errors: Vec<_> = first.into_iter().chain(last).collect();
        if errors.is_empty() { Ok(()) } else { Err(Error::Invalid(errors)) }
    }

    fn applied_to(self, old: &UserRow) -> UserRow {
        let first_name = self.first_name.as_deref().unwrap_or(&old.first_name).trim().to_owned();
        let last_name = self.last_name.as_deref().unwrap_or(&old.last_name).trim().to_owned();
        UserRow {
            is_active: self.is_active.unwrap_or(old.is_active),
            is_admin: self.is_admin.unwrap_or(old.is_admin),
            name: rules::whole_name(&first_name, &last_name),
            first_name,
            last_name,
            ..old.clone()
        }
    }
}

/// Makes an account; nobody needs to verify its address.
pub async fn create_user(app: &App, new: NewUser) -> Result<UserId, Error> {
    let prepared = prepare(app, new).await?;
    transact!(app.metadata(), |tx| {
        let user = insert(tx, &prepared).await?;
        record_creation(app, tx, &Actor::system(), &user).await?;
        Ok(user.id)
    })
}

/// Returns all accounts, by e-mail address.
pub async fn list_users(app: &App) -> Result<Vec<super::User>, Error> {
    Ok(store::list(app.db()).await?.into_iter().map(Into::into).collect())
}

/// Returns accounts after one, by e-mail address, whose address or name holds `text`.
pub(crate) async fn search_users(
    app: &App,
    text: &str,
    after: Option<String>,
    limit: usize,
) -> Result<Vec<UserRow>, Error> {
    Ok(store::search(app.db(), text, after, limit).await?)
}

/// Returns an account, where there is one.
pub(crate) async fn find_user(app: &App, id: UserId) -> Result<Option<UserRow>, Error> {
    Ok(store::find(app.db(), id).await?)
}

/// Gives an account another password and ends its sessions.
pub async fn set_password(app: &App, email: &str, password: &str) -> Result<(), Error> {
    if let Some(error) = password::check_rules(password, email) {
        return Err(Error::Invalid(vec![error]));
    }
    let hash = app.passwords().hash(password).await?;
    let (email_key, now) = (rules::key_of(email), app.now());
    let set: Result<(), Error> = transact!(app.metadata(), |tx| {
        let user = store::find_by_email(tx, &email_key).await?.ok_or(Error::NoSuchUser)?;
        store::set_password(tx, user.id, &hash, now).await?;
        let actor = Actor::system();
        credentials::replaced(app, tx, &actor, user.id, None).await?;
        let change = Change::new("user.set_password").on(user.id.0).details(json!({ "name": user.email }));
        Ok(audit::record(app, tx, &actor, change).await?)
    });
    app.forget_authority();
    set
}

/// Lets an account sign in or not; who may not is signed out everywhere.
pub async fn set_active(app: &App, actor: &Actor, user: UserId, is_active: bool) -> Result<(), Error> {
    update_user(
        app,
        actor,
        user,
        (UserChange { is_active: Some(is_active), ..UserChange::default() }, &IfMatch::default()),
    )
    .await
    .map(|_| ())
}

/// Makes an account look after the instance, or no longer.
pub async fn set_admin(app: &App, actor: &Actor, user: UserId, is_admin: bool) -> Result<(), Error> {
    update_user(
        app,
        actor,
        user,
        (UserChange { is_admin: Some(is_admin), ..UserChange::default() }, &IfMatch::default()),
    )
    .await
    .map(|_| ())
}

/// Ends all sessions of somebody; returns how many there were.
pub async fn end_sessions_of(app: &App, actor: &Actor, user: UserId) -> Result<u64, Error> {
    sessions::service::end_all(app, actor, user, None).await
}

/// Changes what an admin may change. The last active admin stays one.
pub(crate) async fn update_user(
    app: &App,
    actor: &Actor,
    id: UserId,
    (change, if_match): (UserChange, &IfMatch),
) -> Result<UserRow, Error> {
    change.check()?;
    let updated: Result<UserRow, Error> = transact!(app.metadata(), |tx| {
        let old = store::find(tx, id).await?.ok_or(Error::NotFound)?;
        let about = Change::new("user.update").on(id.0);
        versions::require::<Error>(tx, if_match, Some(&version_of(&old)), (&about, Names::All)).await?;
        let new = change.clone().applied_to(&old);
        if new == old {
            return Ok(old);
        }
        let leaves = old.is_admin && old.is_active && !(new.is_admin && new.is_active);
        if leaves && store::other_admins(tx, id).await? == 0 {
            return Err(Error::LastAdmin);
        }
        let new = store::update(tx, UserRow { updated_at: app.now(), ..new }).await?;
        if !new.is_active {
            credentials::replaced(app, tx, actor, id, None).await?;
        }
        let row = about.changed(&told(&old), &told(&new));
        audit::record(app, tx, actor, row.details(json!({ "name": new.email }))).await?;
        Ok(new)
    });
    app.forget_authority();
    updated
}

/// What the trail tells of an account, and its version is made of.
fn told(user: &UserRow) -> serde_json::Value {
    json!({ "is_active": user.is_active, "is_admin": user.is_admin,
        "first_name": user.first_name, "last_name": user.last_name })
}

/// Returns the version of an account, as admins change it.
pub(super) fn version_of(user: &UserRow) -> Version {
    Version::of(&told(user))
}

/// Makes an account without a password, and mails its owner a link to choose one.
pub(crate) async fn invite_user(app: &App, actor: &Actor, invited: Invited) -> Result<UserRow, Error> {
    let errors: Vec<_> = rules::check_mailable(&invited.email)
        .into_iter()
        .chain(rules::check_name("first_name", &invited.first_name))
        .chain(rules::check_name("last_name", &invited.last_name))
        .collect();
    if !errors.is_empty() {
        return Err(Error::Invalid(errors));
    }
    let prepared = Prepared(UserRow {
        is_admin: invited.is_admin,
        // The link goes to the address: who opens it has shown that it is theirs.
        email_verified: false,
        ..new_row(app, &invited.email, &invited.first_name, &invited.last_name, None)
    });
    let life = TimeDelta::days(system::settings(app).await.invitation_days.into());
    let made: Result<_, Error> = transact!(app.metadata(), |tx| {
        let user = insert(tx, &prepared).await?;
        record_creation(app, tx, actor, &user).await?;
        let token = resets::issue(app, tx, user.id, life).await?;
        Ok((user, token))
    });
    let (user, token) = made?;
    app.send_mail(letters::invitation(app, &user.email, &token, life));
    Ok(user)
}

/// Checks the rules and hashes the password, outside of any transaction because that takes long.
pub(crate) async fn prepare(app: &App, new: NewUser) -> Result<Prepared, Error> {
    let errors: Vec<_> = rules::check_email(&new.email)
        .into_iter()
        .chain(password::check_rules(&new.password, &new.email))
        .chain(rules::check_name("first_name", &new.first_name))
        .chain(rules::check_name("last_name", &new.last_name))
        .collect();
    if !errors.is_empty() {
        return Err(Error::Invalid(errors));
    }
    let hash = app.passwords().hash(&new.password).await?;
    let row = new_row(app, &new.email, &new.first_name, &new.last_name, Some(hash));
    Ok(Prepared(UserRow { is_admin: new.is_admin, ..row }))
}

/// Stores a prepared account.
pub(crate) async fn insert(tx: &Transaction, prepared: &Prepared) -> Result<UserRow, Error> {
    store::insert(tx, prepared.0.clone()).await.on_unique("users_email_key", || Error::EmailTaken)
}

/// Writes down that there is an account more.
pub(super) async fn record_creation(app: &App, tx: &Transaction, actor: &Actor, user: &UserRow) -> Result<(), Error> {
    let change = Change::new("user.create")
        .on(user.id.0)
        .new_values(&json!({ "email": user.email, "name": user.name, "is_admin": user.is_admin }))
        .details(json!({ "name": user.email }));
    Ok(audit::record(app, tx, actor, change).await?)
}

/// Returns an account as it begins: without a password where there is none, its address shown to be theirs.
pub(super) fn new_row(
    app: &App,
    email: &str,
    first_name: &str,
    last_name: &str,
    password_hash: Option<String>,
) -> UserRow {
    let now = app.now();
    UserRow {
        id: UserId(app.clock().new_id()),
        email: email.trim().to_owned(),
        email_key: rules::key_of(email),
        username: None,
        username_key: None,
        password_hash,
        first_name: first_name.trim().to_owned(),
        last_name: last_name.trim().to_owned(),
        name: rules::whole_name(first_name, last_name),
        avatar_url: None,
        timezone: None,
        auth_provider: None,
        auth_provider_id: None,
        is_active: true,
        is_admin: false,
        // Made by an administrator; who registers has to show it first.
        email_verified: true,
        verification_token: None,
        created_at: now,
        updated_at: now,
        last_login_at: None,
        verification_expires_at: None,
    }
}
