using System.Text.Json.Nodes;
using Jaga.Disclosure;
using Jaga.People;
using Jaga.Tests.Deliveries;
using static Jaga.Tests.Disclosure.Asking;

namespace Jaga.Tests.Disclosure;

/// <summary>A document that proves false after the release: <see cref="WithdrawRelease"/>, until the data is handed over.</summary>
public sealed class WithdrawTests
{
    private const string Data = "id-permenkominfo-5-2020.give-data";

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task The_platform_is_asked_no_longer_for_what_a_forged_document_wants(Store store)
    {
        await using var hook = await WebhookReceiver.Start();
        await using var jaga = await JagaHost.Start(store);
        using var asking = await Begin(jaga);
        using var admin = await jaga.As(Role.Administrator);
        await Ok(await admin.PostAsJsonAsync("/api/v1/receivers", new { name = "platform", receiver = new { url = hook.Address, allowPrivate = true } }));
        var id = await Released(asking);
        var (data, due) = (await asking.Answers(id), (await asking.Clocks(id))[Data].Due);
        await jaga.SendAll();

        // What it covers is fixed; that it is false is not.
        Assert.Contains("what was found of it stands", await Refused(await Found(asking, id, accepted: true), HttpStatusCode.Conflict), StringComparison.Ordinal);
        await Ok(await Found(asking, id, accepted: false));
        await jaga.SendAll();
        var told = JsonNode.Parse(hook.All[^1].Body)!;
        Assert.Equal(("data.withdrawn", id), ((string?)told["type"], (string?)told["data"]!["request"]));
        Assert.Empty((await Ok(await asking.Platform.GetAsync("/api/v1/data-requests/asked")))["rows"]!.AsArray());
        Assert.Equal(HttpStatusCode.NotFound, (await asking.Give(id, data)).StatusCode);
        var shown = await asking.Read(id);
        Assert.Equal(("open", "The office knows nothing of it", 0), ((string?)shown["row"]!["state"], (string?)shown["proposals"]![0]!["withdrawnBecause"], shown["data"]!.AsArray().Count));
        var clocks = await asking.Clocks(id);
        Assert.Equal((("open", false, due), "cancelled"), (clocks[Data], clocks[ReleaseAnswer.Clause].State));

        // It is answered anew: by a proper document, and with exactly what that covers.
        await asking.Advance(TimeSpan.FromSeconds(1));
        await Ok(await asking.Agency.PostAsJsonAsync($"/api/v1/agency/data-requests/{id}/documents", Document("officialRequest", "B/13")));
        await asking.Accept(id, 1, ["trafficData"]);
        await Ok(await asking.Propose(id, "released"));
        await Ok(await asking.Release(id));
        await Ok(await asking.Give(id, await asking.Answers(id)));
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task What_was_given_on_a_forged_document_goes_nowhere(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        using var asking = await Begin(jaga);
        var id = await Released(asking);
        await Ok(await asking.Give(id, await asking.Answers(id)));

        // A package that lies ready is taken back first.
        var ready = await asking.Pack(id);
        Assert.Contains("Take the package back first", await Refused(await Found(asking, id, accepted: false), HttpStatusCode.Conflict), StringComparison.Ordinal);
        await Ok(await asking.Lead.PostAsJsonAsync($"/api/v1/packages/{ready}/withdrawal", new { why = "the order is forged" }));

        // One that is being built stops.
        var building = (string)(await Ok(await asking.Lead.PostAsJsonAsync("/api/v1/packages", new { about = new[] { new { kind = "data-request", id } }, profile = "id-police", agency = asking.Police })))["id"]!;
        await Ok(await asking.Other.PostAsJsonAsync($"/api/v1/packages/{building}/release", new { seen = (string)(await Ok(await asking.Lead.GetAsync($"/api/v1/packages/{building}")))["seen"]! }));
        Assert.Contains("/documents/", await asking.Lead.GetStringAsync($"/disclosures/{id}"), StringComparison.Ordinal);
        await Ok(await Found(asking, id, accepted: false));
        await jaga.RunWorker();
        var halted = (await Ok(await asking.Lead.GetAsync($"/api/v1/packages/{building}")))["row"]!;
        Assert.Contains("no data that was released", (string?)halted["halted"], StringComparison.Ordinal);
        Assert.Equal(("open", null), ((string?)(await asking.Own(id))["row"]!["state"], (string?)(await asking.Own(id))["package"]));

        await Ok(await asking.Propose(id, "refused", ground: "The order is not genuine."));
        await Ok(await asking.Release(id));
        var own = await asking.Own(id);
        Assert.Equal(("refused", false), ((string?)own["answer"]!["outcome"], (bool)own["answer"]!["hasData"]!));
        Assert.Equal("kept", (await asking.Clocks(id))[Data].State);
    }

    [Fact]
    public async Task Where_another_document_carries_the_same_the_release_stands()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        using var asking = await Begin(jaga);
        var request = About("trafficData");
        request["documents"]!.AsArray().Add(System.Text.Json.JsonSerializer.SerializeToNode(Document("courtOrder", "C/1")));
        var id = await asking.Send(request);
        await asking.Accept(id, 0, ["trafficData"]);
        await asking.Accept(id, 1, ["trafficData"]);
        await Ok(await asking.Propose(id, "released"));
        await Ok(await asking.Release(id));
        await Ok(await Found(asking, id, accepted: false));
        Assert.Equal("collecting", (string?)(await asking.Read(id))["row"]!["state"]);
        await Ok(await asking.Give(id, await asking.Answers(id)));
    }

    private static async Task<string> Released(Asking asking)
    {
        var id = await asking.Send(About("trafficData"));
        await asking.Accept(id, 0, ["trafficData"]);
        await Ok(await asking.Propose(id, "released"));
        await Ok(await asking.Release(id));
        return id;
    }

    private static async Task<HttpResponseMessage> Found(Asking asking, string id, bool accepted) => await asking.Other.PostAsJsonAsync(
        $"/api/v1/data-requests/{id}/documents/{(await asking.Read(id))["documents"]![0]!["id"]}/check", new { accepted, covers = accepted ? new[] { "trafficData" } : [], because = "The office knows nothing of it" });
}
