//! Searching for a part of a text.

use sea_orm::{
    ColumnTrait, IntoSimpleExpr,
    sea_query::{Expr, ExprTrait, Func, LikeExpr},
};

/// Returns the condition that a column holds `text` somewhere; letter case doesn't matter.
///
/// No sign of `text` means anything but itself. SQLite knows the case of ASCII letters only.
pub fn contains(column: impl ColumnTrait, text: &str) -> Expr {
    let mut pattern = String::from("%");
    for letter in text.to_lowercase().chars() {
        if matches!(letter, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(letter);
    }
    pattern.push('%');
    Expr::expr(Func::lower(column.into_simple_expr())).like(LikeExpr::new(pattern).escape('!'))
}
