//! The wire models survive being written and read, and any bytes.

use proptest::prelude::*;
use videogen_core::Json;
use videogen_kling::wire::{
    BalanceDeduction, Billing, Costs, Envelope, LegacyTask, LegacyVideo, Output, ParentVideo,
    ResourcePack, Task, TaskInfo, TaskPage, TaskResult, WatermarkInfo,
};
use videogen_testkit::{decode, json};

use crate::{TASK, provider};

fn text() -> impl Strategy<Value = Option<String>> {
    proptest::option::of("[ -~äß🎬]{0,20}[a-z]")
}

/// Numbers that decimal notation writes exactly.
fn number() -> impl Strategy<Value = Option<f64>> {
    proptest::option::of((0_u32..100_000_000).prop_map(|n| f64::from(n) / 4.0))
}

fn any_json() -> impl Strategy<Value = Json> {
    text().prop_map(|text| Json::from(serde_json::json!({"a": text, "b": [1]})))
}

prop_compose! {
    fn output()(texts in proptest::array::uniform10(text())) -> Output {
        let mut made = Output::default();
        let [kind, id, url, watermark_url, duration, group_id, mp3_url, wav_url, mp3, wav] = texts;
        (made.kind, made.id, made.url, made.watermark_url) = (kind, id, url, watermark_url);
        (made.duration, made.group_id) = (duration, group_id);
        (made.mp3_url, made.wav_url) = (mp3_url, wav_url);
        (made.mp3_duration, made.wav_duration) = (mp3, wav);
        made
    }
}

prop_compose! {
    fn billing()(texts in proptest::array::uniform6(text())) -> Billing {
        let mut made = Billing::default();
        let [charge_type, cash_type, amount, currency, package_type, list_price] = texts;
        (made.charge_type, made.cash_type, made.amount) = (charge_type, cash_type, amount);
        (made.currency, made.package_type) = (currency, package_type);
        made.list_price = list_price;
        made
    }
}

prop_compose! {
    fn task()(
        texts in proptest::array::uniform4(text()),
        numbers in proptest::array::uniform2(number()),
        outputs in proptest::collection::vec(output(), 0..3),
        billing in proptest::collection::vec(billing(), 0..3),
    ) -> Task {
        let mut made = Task::default();
        let [id, status, message, external_id] = texts;
        (made.id, made.status, made.message) = (id, status, message);
        made.external_id = external_id;
        [made.create_time, made.update_time] = numbers;
        (made.outputs, made.billing) = (outputs, billing);
        made
    }
}

prop_compose! {
    fn legacy_video()(texts in proptest::array::uniform4(text())) -> LegacyVideo {
        let mut made = LegacyVideo::default();
        [made.id, made.url, made.watermark_url, made.duration] = texts;
        made
    }
}

prop_compose! {
    fn task_info()(
        external_task_id in text(),
        parent in proptest::option::of(proptest::array::uniform3(text())),
    ) -> TaskInfo {
        let mut made = TaskInfo::default();
        made.external_task_id = external_task_id;
        made.parent_video = parent.map(|texts| {
            let mut made = ParentVideo::default();
            [made.id, made.url, made.duration] = texts;
            made
        });
        made
    }
}

prop_compose! {
    fn legacy_task()(
        texts in proptest::array::uniform4(text()),
        numbers in proptest::array::uniform2(number()),
        task_info in proptest::option::of(task_info()),
        videos in proptest::collection::vec(legacy_video(), 0..3),
        images in proptest::collection::vec(legacy_video(), 0..2),
        has_result: bool,
        watermark in proptest::option::of(any::<Option<bool>>()),
        balance in proptest::option::of(proptest::array::uniform2(text())),
    ) -> LegacyTask {
        let mut made = LegacyTask::default();
        [made.task_id, made.task_status, made.task_status_msg, made.final_unit_deduction] = texts;
        [made.created_at, made.updated_at] = numbers;
        made.task_info = task_info;
        made.task_result = has_result.then(|| {
            let mut made = TaskResult::default();
            (made.videos, made.images) = (videos, images);
            made
        });
        made.watermark_info = watermark.map(|enabled| {
            let mut made = WatermarkInfo::default();
            made.enabled = enabled;
            made
        });
        made.final_balance_deduction = balance.map(|texts| {
            let mut made = BalanceDeduction::default();
            [made.quota, made.list_price] = texts;
            made
        });
        made
    }
}

prop_compose! {
    fn pack()(
        texts in proptest::array::uniform4(text()),
        numbers in proptest::array::uniform5(number()),
    ) -> ResourcePack {
        let mut made = ResourcePack::default();
        let [name, id, kind, status] = texts;
        (made.resource_pack_name, made.resource_pack_id) = (name, id);
        (made.resource_pack_type, made.status) = (kind, status);
        let [total, remaining, purchase, effective, invalid] = numbers;
        (made.total_quantity, made.remaining_quantity) = (total, remaining);
        (made.purchase_time, made.effective_time) = (purchase, effective);
        made.invalid_time = invalid;
        made
    }
}

proptest! {
    #[test]
    fn a_task_that_is_written_is_read(task in task()) {
        let text = serde_json::to_string(&task).unwrap();
        prop_assert_eq!(serde_json::from_str::<Task>(&text).unwrap(), task);
    }

    #[test]
    fn a_task_of_the_older_api_that_is_written_is_read(task in legacy_task()) {
        let text = serde_json::to_string(&task).unwrap();
        prop_assert_eq!(serde_json::from_str::<LegacyTask>(&text).unwrap(), task);
    }

    #[test]
    fn an_envelope_that_is_written_is_read(
        code in proptest::option::of(-10_i64..10_000),
        message in text(),
        request_id in text(),
        data in proptest::option::of(any_json()),
    ) {
        let mut envelope = Envelope::default();
        (envelope.code, envelope.message) = (code, message);
        (envelope.request_id, envelope.data) = (request_id, data);
        let text = serde_json::to_string(&envelope).unwrap();
        prop_assert_eq!(serde_json::from_str::<Envelope>(&text).unwrap(), envelope);
    }

    #[test]
    fn a_page_that_is_written_is_read(
        result in proptest::option::of(proptest::collection::vec(any_json(), 0..3)),
        count in proptest::option::of(0_i64..1000),
        next_cursor in text(),
        has_more: Option<bool>,
    ) {
        let mut page = TaskPage::default();
        (page.result, page.count) = (result, count);
        (page.next_cursor, page.has_more) = (next_cursor, has_more);
        let text = serde_json::to_string(&page).unwrap();
        prop_assert_eq!(serde_json::from_str::<TaskPage>(&text).unwrap(), page);
    }

    #[test]
    fn costs_that_are_written_are_read(
        code in proptest::option::of(-10_i64..10_000),
        msg in text(),
        packs in proptest::option::of(proptest::collection::vec(pack(), 0..3)),
    ) {
        let mut costs = Costs::default();
        (costs.code, costs.msg) = (code, msg);
        costs.resource_pack_subscribe_infos = packs;
        let text = serde_json::to_string(&costs).unwrap();
        prop_assert_eq!(serde_json::from_str::<Costs>(&text).unwrap(), costs);
    }

    #[test]
    fn any_bytes_are_an_answer_or_an_error(status in 100_u16..=599, body: Vec<u8>) {
        for place in ["text2video", "tasks"] {
            drop(decode(&provider(), &format!("{place}/{TASK}"), &json(status, body.clone())));
        }
    }
}

/// What may be presigned is not shown with its signature, wherever it stands.
#[test]
fn debug_shows_no_query_of_a_url() {
    let url = "https://cdn.example.com/v.mp4?signature=SECRET";
    let task: Task = serde_json::from_value(serde_json::json!({
        "message": format!("not {url}"),
        "external_id": url,
        "outputs": [{"url": url, "watermark_url": url, "mp3_url": url, "wav_url": url}],
    }))
    .unwrap();
    let legacy: LegacyTask = serde_json::from_value(serde_json::json!({
        "task_status_msg": format!("not {url}"),
        "task_info": {"external_task_id": url, "parent_video": {"url": url}},
        "task_result": {
            "videos": [{"url": url, "watermark_url": url}],
            "images": [{"url": url, "watermark_url": url}],
        },
    }))
    .unwrap();
    let envelope: Envelope = serde_json::from_value(serde_json::json!({
        "message": format!("not {url}"),
        "data": {"url": url},
    }))
    .unwrap();
    let shown = format!("{task:?} {legacy:?} {envelope:?}");
    assert!(shown.contains("cdn.example.com") && !shown.contains("SECRET"), "{shown}");
}
