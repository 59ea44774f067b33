using System.Text.Json.Nodes;
using Jaga.Disclosure;
using static Jaga.Tests.Disclosure.Asking;

namespace Jaga.Tests.Disclosure;

/// <summary>The agency's door to its requests for data, and the platform's: what each may reach, and how what does not fit is refused.</summary>
/// <remarks>
/// By their endpoints: <see cref="SendDataRequest"/>, <see cref="AddDocument"/>, <see cref="CheckDocument"/>, <see cref="JudgeEmergency"/>, <see cref="AskClarification"/>, <see cref="AnswerClarification"/>,
/// <see cref="ProposeAnswer"/>, <see cref="RejectProposal"/>, <see cref="ReleaseAnswer"/>, <see cref="GiveData"/>, <see cref="OpenData"/>, <see cref="ReadDataRequests"/>, <see cref="ReadOwnDataRequests"/>, <see cref="ReadAskedData"/>.
/// </remarks>
public sealed class DoorTests
{
    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task Another_agency_s_request_answers_like_one_that_is_not_there(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        using var asking = await Begin(jaga);
        using var stranger = await jaga.KeyFor(new("agency", await Verified(jaga, "Customs")), Permission.UseAgencyDoor);
        var (theirs, nobodys) = (await asking.Send(About("subscriberInformation")), "01996b00-0000-7000-8000-000000000001");
        await Ok(await asking.Lead.PostAsJsonAsync($"/api/v1/data-requests/{theirs}/clarifications", new { question = "Which group?" }));

        Assert.Equal(await Whole(await stranger.GetAsync($"/api/v1/agency/data-requests/{nobodys}"), nobodys), await Whole(await stranger.GetAsync($"/api/v1/agency/data-requests/{theirs}"), theirs));

        foreach (var (path, body) in ((string, object)[])[("/clarification", new { answer = "mine" }), ("/documents", Document("courtOrder"))])
        {
            Assert.Equal(await Whole(await stranger.PostAsJsonAsync($"/api/v1/agency/data-requests/{nobodys}{path}", body), nobodys), await Whole(await stranger.PostAsJsonAsync($"/api/v1/agency/data-requests/{theirs}{path}", body), theirs));
        }

        Assert.Empty((await Ok(await stranger.GetAsync("/api/v1/agency/data-requests")))["rows"]!.AsArray());
        Assert.Single((await Ok(await asking.Agency.GetAsync("/api/v1/agency/data-requests")))["rows"]!.AsArray());
        Assert.Single((await asking.Own(theirs))["documents"]!.AsArray());

        // A key that were left working by some fault opens nothing of a closed agency.
        var now = jaga.Clock.Now;
        await jaga.Do(db => db.Agencies.ExecuteUpdateAsync(set => set.SetProperty(a => a.ClosedAt, now)));
        foreach (var path in (string[])["", $"/{theirs}"])
        {
            Assert.Equal(HttpStatusCode.NotFound, (await asking.Agency.GetAsync($"/api/v1/agency/data-requests{path}")).StatusCode);
        }

        Assert.Equal(HttpStatusCode.NotFound, (await asking.Agency.PostAsJsonAsync($"/api/v1/agency/data-requests/{theirs}/documents", Document("courtOrder"))).StatusCode);

        static async Task<string> Whole(HttpResponseMessage answer, string id)
        {
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
            var body = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!.AsObject();
            body.Remove("traceId");
            return body.ToJsonString().Replace(id, "ID", StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task What_cannot_be_asked_is_refused_by_its_field()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        using var asking = await Begin(jaga);
        await Wrong("regime", "\"atlantis\"", "regime");
        await Wrong("regime", "\"eu-dsa\"", "regime");
        await Wrong("legalBasis", "\" \"", "legalBasis");
        await Wrong("classes", "[]", "classes");
        await Wrong("subjects", "[]", "subjects");
        await Wrong("subjects", """[{ "kind": "case", "id": "1" }]""", "subjects[0].kind");
        await Wrong("subjects", """[{ "kind": "group", "id": "" }]""", "subjects[0].id");
        await Wrong("maxPenaltyMonths", "0", "maxPenaltyMonths");
        await Wrong("language", "\"Indonesian\"", "language");
        await Wrong("neededBy", "\"2001-01-01T00:00:00Z\"", "neededBy");
        await Wrong("documents", """[{ "kind": "courtOrder", "number": "", "issuedOn": "2026-01-01", "issuer": "x", "mediaType": "text/plain", "content": "eA==" }]""", "number");
        await Wrong("documents", """[{ "kind": "courtOrder", "number": "1", "issuedOn": "2026-01-01", "issuer": "x", "mediaType": "text/html", "content": "eA==" }]""", "mediaType");
        await Wrong("documents", """[{ "kind": "courtOrder", "number": "1", "issuedOn": "2126-01-01", "issuer": "x", "mediaType": "text/plain", "content": "eA==" }]""", "issuedOn");
        Assert.Equal(0, await jaga.Ask<Db, int>(db => db.DataRequests.CountAsync()));

        async Task Wrong(string field, string value, string named)
        {
            var request = About("subscriberInformation");
            request[field] = JsonNode.Parse(value);
            Assert.Contains($"\"{named}\"", await Refused(await asking.Agency.PostAsJsonAsync("/api/v1/agency/data-requests", request), HttpStatusCode.UnprocessableEntity), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_platform_gives_each_field_once_in_its_shape_or_says_that_it_is_not_held()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        using var asking = await Begin(jaga);
        var id = await asking.Send(About("trafficData"));
        await asking.Accept(id, 0, ["trafficData"]);
        await Ok(await asking.Propose(id, "released"));
        await Ok(await asking.Release(id));
        var right = await asking.Answers(id);

        await Wrong("foundedFrom", s => s[0]!["fields"]!.AsObject().Remove("foundedFrom"));
        await Wrong("foundedFrom", s => s[0]!["fields"]!["foundedFrom"] = new JsonArray(new JsonObject { ["secret"] = "x" }));
        await Wrong("notHeld", s => s[0]!["notHeld"] = new JsonArray("foundedFrom"));
        await Wrong("subjects[2]", s => s.Add(new JsonObject { ["kind"] = "account", ["id"] = "u43" }));
        await Wrong("subjects[2]", s => s.Add(s[0]!.DeepClone()));
        await Wrong("subjects", s => s.RemoveAt(1));
        await Ok(await asking.Give(id, right));
        Assert.Contains("is here already", await Refused(await asking.Give(id, right), HttpStatusCode.Conflict), StringComparison.Ordinal);

        async Task Wrong(string named, Action<JsonArray> change)
        {
            var subjects = right.DeepClone().AsArray();
            change(subjects);
            Assert.Contains(named, await Refused(await asking.Give(id, subjects), HttpStatusCode.UnprocessableEntity), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_letter_is_entered_by_staff_and_is_the_agency_s_own_all_the_same()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        using var asking = await Begin(jaga);
        var entered = await Ok(await asking.Lead.PostAsJsonAsync($"/api/v1/agencies/{asking.Police}/data-requests", About("subscriberInformation")));
        var id = (string)entered["id"]!;
        Assert.Equal((string?)entered["number"], (string?)(await asking.Own(id))["row"]!["number"]);
        var documents = (await asking.Read(id))["documents"]!.AsArray();
        var bytes = await asking.Lead.GetAsync($"/api/v1/data-requests/{id}/documents/{documents[0]!["id"]}");
        Assert.Equal(("application/pdf", "attachment"), (bytes.Content.Headers.ContentType?.MediaType, bytes.Content.Headers.ContentDisposition?.DispositionType));
        Assert.Contains((await asking.Read(id))["history"]!.AsArray(), l => (string)l!["action"]! == "evidence.opened");
        Assert.Equal(3, (await asking.Lead.GetFromJsonAsync<JsonArray>("/api/v1/data-rules"))!.Count);
        Assert.Single((await Ok(await asking.Lead.GetAsync("/api/v1/data-requests?state=open")))["rows"]!.AsArray());
        Assert.Empty((await Ok(await asking.Lead.GetAsync("/api/v1/data-requests?state=answered")))["rows"]!.AsArray());
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task A_letter_s_clock_runs_from_its_arrival_and_nobody_dates_a_request_at_the_door(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        using var asking = await Begin(jaga);
        var arrived = jaga.Clock.Now.AddDays(-2);
        var letter = About("subscriberInformation");
        letter["receivedAt"] = arrived;
        var path = $"/api/v1/agencies/{asking.Police}/data-requests";
        var entered = await Ok(await asking.Lead.PostAsJsonAsync(path, letter));
        Assert.Equal((arrived, arrived.AddDays(5)), ((DateTimeOffset)entered["receivedAt"]!, (DateTimeOffset)entered["dueAt"]!));
        Assert.Equal(arrived.AddDays(5), (await asking.Clocks((string)entered["id"]!)).Values.Single().Due);

        Assert.Contains("receivedAt", await Refused(await asking.Agency.PostAsJsonAsync("/api/v1/agency/data-requests", letter), HttpStatusCode.UnprocessableEntity), StringComparison.Ordinal);
        letter["receivedAt"] = jaga.Clock.Now.AddMinutes(1);
        Assert.Contains("receivedAt", await Refused(await asking.Lead.PostAsJsonAsync(path, letter), HttpStatusCode.UnprocessableEntity), StringComparison.Ordinal);
    }
}
