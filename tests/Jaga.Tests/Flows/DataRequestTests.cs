using System.Text.Json.Nodes;
using Jaga.Disclosure;
using Jaga.Tests.Deliveries;
using Jaga.Tests.Disclosure;
using static Jaga.Tests.Disclosure.Asking;

namespace Jaga.Tests.Flows;

/// <summary>An authority's request for data, from its door through checks, two persons and the platform to the sealed answer, over HTTP alone.</summary>
public sealed class DataRequestTests
{
    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task The_police_get_who_runs_a_group_and_nothing_that_lacks_its_document(Store store)
    {
        await using var hook = await WebhookReceiver.Start();
        await using var jaga = await JagaHost.Start(store);
        using var asking = await Begin(jaga);
        var admin = await jaga.As(Jaga.People.Role.Administrator);
        await Ok(await admin.PostAsJsonAsync("/api/v1/receivers", new { name = "platform", receiver = new { url = hook.Address, allowPrivate = true } }));

        var sent = await Ok(await asking.Agency.PostAsJsonAsync("/api/v1/agency/data-requests", About("subscriberInformation", "trafficData", "communicationContent")));
        var id = (string)sent["id"]!;
        Assert.Matches("^D-[0-9]{4}-[0-9A-F]{8}$", (string)sent["number"]!);
        Assert.Equal(jaga.Clock.Now.AddDays(5), (DateTimeOffset)sent["dueAt"]!);

        // Nothing rests on a document that nobody has read.
        Assert.Contains("Subscriber information needs an official request or a court order", await Refused(await asking.Propose(id, "released"), HttpStatusCode.Conflict), StringComparison.Ordinal);
        await asking.Accept(id, 0, ["subscriberInformation", "trafficData", "communicationContent"]);
        Assert.Contains("Communication content needs a court order", await Refused(await asking.Propose(id, "released"), HttpStatusCode.Conflict), StringComparison.Ordinal);

        await Ok(await asking.Propose(id, "inPart", ["subscriberInformation", "trafficData"], "No court order covers what was said."));
        Assert.Contains("Two persons", await Refused(await asking.Lead.PostAsync($"/api/v1/data-requests/{id}/release", null), HttpStatusCode.Conflict), StringComparison.Ordinal);
        Assert.Equal("open", (string?)(await asking.Own(id))["row"]!["state"]);
        await Ok(await asking.Release(id));

        await jaga.SendAll();
        var told = JsonNode.Parse(Assert.Single(hook.All).Body)!;
        Assert.Equal("data.requested", (string?)told["type"]);
        Assert.DoesNotContain("posts", told.ToJsonString(), StringComparison.Ordinal);
        Assert.DoesNotContain("members\"", told.ToJsonString(), StringComparison.Ordinal);
        Assert.Contains("adminSignIns", told.ToJsonString(), StringComparison.Ordinal);

        var data = await asking.Answers(id);
        var more = data.DeepClone().AsArray();
        more[0]!["fields"]!["posts"] = new JsonArray(new JsonObject { ["text"] = "hello" });
        Assert.Contains("'posts' was not asked for", await Refused(await asking.Give(id, more), HttpStatusCode.UnprocessableEntity), StringComparison.Ordinal);
        await Ok(await asking.Give(id, data));

        // What the platform gave is not with the agency yet: its clock runs until a package lies ready, and again when that is taken back.
        Assert.Equal(("open", null), ((string?)(await asking.Own(id))["row"]!["state"], (string?)(await asking.Own(id))["package"]));
        var owed = "id-permenkominfo-5-2020.give-data";
        await Owes("Open");
        var withdrawn = await asking.Pack(id);
        await Owes("Kept");
        await Ok(await asking.Lead.PostAsJsonAsync($"/api/v1/packages/{withdrawn}/withdrawal", new { why = "the note was wrong" }));
        await Owes("Open");
        Assert.Equal("given", (string?)(await asking.Read(id))["row"]!["state"]);
        var package = await asking.Pack(id);

        var own = await asking.Own(id);
        Assert.Equal(("answered", "inPart", true, package), ((string?)own["row"]!["state"], (string?)own["answer"]!["outcome"], (bool)own["answer"]!["hasData"]!, (string?)own["package"]));
        var taken = await asking.Agency.GetStringAsync($"/api/v1/agency/packages/{package}/file");
        Assert.Contains("\"admins\":[{\"account\":\"x\"}]", taken.Replace(" ", "", StringComparison.Ordinal).Replace("\n", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await asking.Agency.GetAsync($"/api/v1/agency/data-requests/{id}/data")).StatusCode);

        var shown = await asking.Read(id);
        Assert.All((await asking.Clocks(id)).Values, c => Assert.Equal("kept", c.State));
        Assert.Contains(ReleaseAnswer.Clause, (await asking.Clocks(id)).Keys);
        Assert.Equal(1, (int)shown["data"]![0]!["given"]!["given"]!["admins"]!);
        Assert.Contains("memberCount", shown["data"]![0]!["given"]!["notHeld"]!.AsArray().Select(n => (string?)n));

        // Every look is a line: that of each package that was built, and that of somebody here.
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await asking.Lead.PostAsJsonAsync($"/api/v1/data-requests/{id}/data/open", new { why = "" })).StatusCode);
        Assert.True((await asking.Lead.PostAsJsonAsync($"/api/v1/data-requests/{id}/data/open", new { why = "the agency asks whether it is complete" })).IsSuccessStatusCode);
        var history = (await asking.Read(id))["history"]!.AsArray().Select(l => (string)l!["action"]!).ToList();
        Assert.Equal(3, history.Count(a => a == "evidence.opened"));
        Assert.Equal(2, history.Count(a => a == "data-request.data-packed"));
        Assert.Contains("data-request.data-opened", history);
        var exhibit = await Ok(await asking.Lead.GetAsync($"/api/v1/evidence/exhibits/{shown["exhibit"]}"));
        Assert.Equal(["record.json", "objects/0001.json", "objects/0002.pdf"], exhibit["list"]!["files"]!.AsArray().Select(f => (string?)f!["name"]));

        Task Owes(string state) => jaga.Do(async db => Assert.Equal(state, (await db.Obligations.SingleAsync(o => o.About.Id == id && o.Clause == owed)).State.ToString()));
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task A_question_stops_the_clock_on_a_ground_that_both_sides_see(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        using var asking = await Begin(jaga);
        var request = About("subscriberInformation");
        request["regime"] = "house";
        var id = await asking.Send(request);
        var (clause, before) = (await asking.Clocks(id)).Single();

        await asking.Advance(TimeSpan.FromDays(1));
        Assert.True((bool)(await Ok(await asking.Lead.PostAsJsonAsync($"/api/v1/data-requests/{id}/clarifications", new { question = "Which of the two groups of this name?" })))["paused"]!);
        Assert.Contains("waits", await Refused(await asking.Lead.PostAsJsonAsync($"/api/v1/data-requests/{id}/clarifications", new { question = "And since when?" }), HttpStatusCode.Conflict), StringComparison.Ordinal);
        Assert.Contains("question waits", await Refused(await asking.Propose(id, "refused", ground: "Too broad"), HttpStatusCode.Conflict), StringComparison.Ordinal);
        Assert.True((await asking.Clocks(id))[clause].Paused);
        Assert.Equal("Which of the two groups of this name?", (string?)(await asking.Own(id))["waitsForYou"]);

        await asking.Advance(TimeSpan.FromDays(30));
        Assert.Equal(0, await jaga.Ask<Jaga.Obligations.ReadDuties, int>(async read => (await read.Run(default)).Overdue));
        await Ok(await asking.Agency.PostAsJsonAsync($"/api/v1/agency/data-requests/{id}/clarification", new { answer = "The one founded in May" }));
        Assert.Equal((false, before.Due.AddDays(30)), ((await asking.Clocks(id))[clause].Paused, (await asking.Clocks(id))[clause].Due));

        await Ok(await asking.Propose(id, "notHeld", ground: "There was never such a group."));
        await Ok(await asking.Lead.PostAsJsonAsync($"/api/v1/data-requests/{id}/proposal/reject", new { because = "Look at the archive first" }));
        await Ok(await asking.Propose(id, "notHeld", ground: "There was never such a group."));
        await Ok(await asking.Release(id));
        var own = await asking.Own(id);
        Assert.Equal(("notHeld", "There was never such a group.", false), ((string?)own["answer"]!["outcome"], (string?)own["answer"]!["ground"], (bool)own["answer"]!["hasData"]!));
        Assert.Equal("kept", (await asking.Clocks(id))[clause].State);
        Assert.Equal(HttpStatusCode.NotFound, (await asking.Give(id, [])).StatusCode);
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task Where_no_law_stops_the_clock_a_question_does_not_and_the_answer_need_not_wait_for_it(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        using var asking = await Begin(jaga);
        var id = await asking.Send(About("subscriberInformation"));
        var (clause, before) = (await asking.Clocks(id)).Single();
        var asked = await Ok(await asking.Lead.PostAsJsonAsync($"/api/v1/data-requests/{id}/clarifications", new { question = "Which of the two groups of this name?" }));
        Assert.False((bool)asked["paused"]!);
        Assert.Equal((false, before.Due), ((await asking.Clocks(id))[clause].Paused, (await asking.Clocks(id))[clause].Due));
        Assert.Equal("Which of the two groups of this name?", (string?)(await asking.Own(id))["waitsForYou"]);

        await Ok(await asking.Propose(id, "refused", ground: "It names no group that is here."));
        await Ok(await asking.Release(id));
        Assert.Equal("kept", (await asking.Clocks(id))[clause].State);
        Assert.Null((await asking.Own(id))["waitsForYou"]);
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task An_emergency_goes_first_with_a_reason_and_owes_its_document_afterwards(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        using var asking = await Begin(jaga);
        var request = About("subscriberInformation", "communicationContent");
        (request["emergency"], request["documents"]) = ("threatToLife", new JsonArray(System.Text.Json.JsonSerializer.SerializeToNode(Document("emergencyStatement"))));
        Assert.Contains("emergencyReason", await Refused(await asking.Agency.PostAsJsonAsync("/api/v1/agency/data-requests", request), HttpStatusCode.UnprocessableEntity), StringComparison.Ordinal);
        request["emergencyReason"] = "Somebody announces to take their life";
        var id = await asking.Send(request);
        var clocks = await asking.Clocks(id);
        Assert.Equal([jaga.Clock.Now.AddHours(4), jaga.Clock.Now.AddDays(5)], clocks.Values.Select(c => c.Due).Order());

        await asking.Accept(id, 0, ["subscriberInformation", "communicationContent"]);
        Assert.Contains("Say first", await Refused(await asking.Propose(id, "inPart", ["subscriberInformation"], "x"), HttpStatusCode.Conflict), StringComparison.Ordinal);
        await Ok(await asking.Lead.PostAsJsonAsync($"/api/v1/data-requests/{id}/emergency", new { accepted = true, because = "Called back; the officer is on duty" }));
        Assert.Contains("Communication content needs a court order", await Refused(await asking.Propose(id, "inPart", ["communicationContent"], "x"), HttpStatusCode.Conflict), StringComparison.Ordinal);
        await Ok(await asking.Propose(id, "inPart", ["subscriberInformation"], "What was said needs a court order in an emergency too."));
        await Ok(await asking.Release(id));
        await Ok(await asking.Give(id, await asking.Answers(id)));
        Assert.Equal(["subscriberInformation"], (await asking.Read(id))["proposals"]![0]!["byEmergency"]!.AsArray().Select(c => (string?)c));
        Assert.Equal("Open", await Afterwards());

        await asking.Advance(TimeSpan.FromSeconds(1));
        await Ok(await asking.Agency.PostAsJsonAsync($"/api/v1/agency/data-requests/{id}/documents", Document("officialRequest", "B/13")));
        Assert.Equal("Open", await Afterwards());
        await asking.Accept(id, 1, ["subscriberInformation"]);
        Assert.Equal("Kept", await Afterwards());

        Task<string> Afterwards() => jaga.Ask<Db, string>(async db => (await db.Obligations.SingleAsync(o => o.Clause == "id-permenkominfo-5-2020.emergency-document" && o.About.Id == id)).State.ToString());
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task What_is_found_to_be_no_emergency_keeps_the_law_s_clock_as_it_was(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        using var asking = await Begin(jaga);
        var request = About("subscriberInformation");
        (request["emergency"], request["emergencyReason"]) = ("terrorism", "It is urgent");
        var id = await asking.Send(request);
        var before = await asking.Clocks(id);
        await Ok(await asking.Lead.PostAsJsonAsync($"/api/v1/data-requests/{id}/emergency", new { accepted = false, because = "The request speaks of an old case" }));

        var after = await asking.Clocks(id);
        Assert.Equal("cancelled", after["id-permenkominfo-5-2020.give-data-emergency"].State);
        Assert.Equal(before["id-permenkominfo-5-2020.give-data"], after["id-permenkominfo-5-2020.give-data"]);
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task A_document_found_false_between_proposal_and_release_stops_the_release(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        using var asking = await Begin(jaga);
        var id = await asking.Send(About("trafficData"));
        await asking.Accept(id, 0, ["trafficData"]);
        await Ok(await asking.Propose(id, "released"));
        var document = (await asking.Read(id))["documents"]![0]!["id"];
        await Ok(await asking.Other.PostAsJsonAsync($"/api/v1/data-requests/{id}/documents/{document}/check", new { accepted = false, because = "The office knows nothing of it" }));

        Assert.Contains("Traffic data needs", await Refused(await asking.Release(id), HttpStatusCode.Conflict), StringComparison.Ordinal);
        Assert.Empty((await Ok(await asking.Platform.GetAsync("/api/v1/data-requests/asked")))["rows"]!.AsArray());
        Assert.Equal(DataRequestState.Proposed, await jaga.Ask<Db, DataRequestState>(async db => (await db.DataRequests.SingleAsync()).State));
    }
}
