//! `download`: asks once, and gets what there is.

use crate::args::{DownloadArgs, Global};
use crate::exit::Exit;
use crate::fetch::{Fetch, Target};
use crate::follow::{Again, Learn, follow_and_print};
use crate::handles;
use crate::problem::Problem;

pub(crate) async fn run(global: &Global, args: &DownloadArgs) -> Result<Exit, Problem> {
    let asked = handles::resolve(global, &args.generations)?;
    let target = Target::named(&args.to, asked.len())?;
    let fetch = Fetch::new(target, args.fetch.clone(), None);
    let again = Again::Download { to: &args.to };
    follow_and_print(global.json, asked, |_| Learn::Once, Some(fetch), false, &again).await
}
