//! `cancel`: generations that are to stop.

use crate::act::Act;
use crate::args::{CancelArgs, Global};
use crate::exit::Exit;
use crate::handles;
use crate::problem::Problem;

pub(crate) async fn run(global: &Global, args: &CancelArgs) -> Result<Exit, Problem> {
    let asked = handles::resolve(global, &args.generations)?;
    Act::Cancel.check(&asked)?;
    Act::Cancel.on(global, &asked).await
}
