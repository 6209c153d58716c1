//! `emulate`: the providers' side on this machine.

use std::path::Path;

use serde_json::json;
use videogen_emulator::{Script, Server};

use crate::args::{EmulateArgs, Global};
use crate::exit::Exit;
use crate::output::{note, say, say_json};
use crate::problem::Problem;

pub(crate) async fn run(global: &Global, args: &EmulateArgs) -> Result<Exit, Problem> {
    let mut scripts = Vec::new();
    for file in &args.scripts {
        scripts.extend(read(file)?.into_iter().map(|script| (file, script)));
    }
    let server = Server::start_at(args.listen)
        .map_err(|error| Problem::Io(format!("listen on {}", args.listen), error))?;
    if let Some(secret) = &args.webhook_secret {
        server.set_webhook_secret(secret);
    }
    let mut created = Vec::new();
    for (file, script) in scripts {
        let wrong = |error| Problem::Usage(format!("{}: {error}", file.display()));
        created.push(server.add(script).map_err(wrong)?);
    }
    if global.json {
        let base_urls: serde_json::Map<_, _> = server
            .base_urls()
            .map(|(name, base_url)| (name.to_string(), json!(base_url)))
            .collect();
        let handles: Vec<_> = created.iter().map(|created| &created.handle).collect();
        say_json(&json!({
            "event": "listening",
            "origin": server.origin(),
            "base_urls": base_urls,
            "handles": handles,
        }))?;
    } else {
        note(&format!(
            "emulating the providers at {}; any key will do; Ctrl-C ends it",
            server.origin()
        ));
        for known in &global.providers {
            let mut here = server.base_urls();
            if let Some((_, base_url)) = here.find(|(name, _)| name.as_str() == known.name) {
                say(&format!(
                    "export {}={base_url} {}=any",
                    known.base_url_variable, known.key_variable
                ))?;
            }
        }
        // Those that the command has no variables for.
        for (name, base_url) in server.base_urls() {
            if global.providers.iter().all(|known| known.name != name.as_str()) {
                say(&format!("# {name} at {base_url}"))?;
            }
        }
        for created in &created {
            say(&format!("# {}", created.handle))?;
        }
        note("begin a generation with, for example:");
        note(&format!(
            "  curl {}/_emulator/generations -d '{{\"provider\": \"prism\", \"running_s\": 20}}'",
            server.origin()
        ));
    }
    tokio::signal::ctrl_c()
        .await
        .map_err(|error| Problem::Io("listen for Ctrl-C".to_owned(), error))?;
    drop(server);
    Ok(Exit::Succeeded)
}

/// A file with a script or a list of them.
fn read(file: &Path) -> Result<Vec<Script>, Problem> {
    let text = std::fs::read_to_string(file)
        .map_err(|error| Problem::Io(format!("read {}", file.display()), error))?;
    let wrong =
        |error: &dyn std::fmt::Display| Problem::Usage(format!("{}: {error}", file.display()));
    let value: serde_json::Value = serde_json::from_str(&text).map_err(|error| wrong(&error))?;
    let scripts = match value {
        serde_json::Value::Array(scripts) => scripts,
        script => vec![script],
    };
    let parse = |script: &serde_json::Value| {
        Script::parse(&script.to_string()).map_err(|error| wrong(&error))
    };
    scripts.iter().map(parse).collect()
}
