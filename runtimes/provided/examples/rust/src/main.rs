use lambda_runtime::{run, service_fn, tracing, Error, LambdaEvent};
use serde::{Deserialize, Serialize};

#[derive(Deserialize)]
struct Event {
    name: Option<String>,
}

#[derive(Serialize)]
struct Greeting {
    message: String,
}

async fn handle(event: LambdaEvent<Event>) -> Result<Greeting, Error> {
    tracing::info!("Request {}", event.context.request_id);
    let name = event.payload.name.ok_or("the event has no name")?;
    Ok(Greeting {
        message: format!("Hello, {name}"),
    })
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    tracing::init_default_subscriber();
    run(service_fn(handle)).await
}
