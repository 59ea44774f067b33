using System.Text;
using Jaga.Disclosure;
using static Jaga.Tests.Disclosure.Asking;

namespace Jaga.Tests.Disclosure;

/// <summary>The same things by the pages' forms, without script: the agency's at its door, and the console's.</summary>
public sealed class PageTests
{
    [Fact]
    public async Task An_officer_asks_by_form_and_two_leads_answer_by_form()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        using var asking = await Begin(jaga);
        using var wrong = Form(("legalBasis", ""), ("purpose", "what was typed stays"));
        var again = await asking.Agency.PostAsync("/agency/requests", wrong);
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
        Assert.Contains("what was typed stays", await again.Content.ReadAsStringAsync(), StringComparison.Ordinal);

        using var right = Form();
        right.Add(new ByteArrayContent(Encoding.UTF8.GetBytes("%PDF an order")) { Headers = { ContentType = new("application/pdf") } }, "file", "order.pdf");
        var sent = await asking.Agency.PostAsync("/agency/requests", right);
        Assert.True(sent.StatusCode is HttpStatusCode.Found, await sent.Content.ReadAsStringAsync());
        var id = sent.Headers.Location!.OriginalString.Split('/')[^1];
        var document = await jaga.Ask<Db, Id<DataDocument>>(async db => (await db.DataDocuments.SingleAsync()).Id);
        Assert.Contains("LP/77", await asking.Agency.GetStringAsync($"/agency/requests/{id}"), StringComparison.Ordinal);

        await Posted(asking.Lead, $"/disclosures/{id}/clarification", ("question", "Which of the two?"));
        Assert.Contains("Which of the two?", await asking.Agency.GetStringAsync($"/agency/requests/{id}"), StringComparison.Ordinal);
        await Posted(asking.Agency, $"/agency/requests/{id}/clarification", ("answer", "The first"));
        await Posted(asking.Lead, $"/disclosures/{id}/documents/{document}", ("accepted", "true"), ("covers", "subscriberInformation"), ("because", "called back"));
        await Posted(asking.Lead, $"/disclosures/{id}/emergency", ("accepted", "false"), ("because", "nobody is in danger"));
        await Posted(asking.Lead, $"/disclosures/{id}/proposal", [("outcome", "inPart"), ("classes", "subscriberInformation"), ("ground", "No court order"), .. Enum.GetValues<DataCheck>().Select(c => ("checked", c.ToString()))]);
        Assert.DoesNotContain("/release\"", await asking.Lead.GetStringAsync($"/disclosures/{id}"), StringComparison.Ordinal);
        Assert.Contains($"/disclosures/{id}/release\"", await asking.Other.GetStringAsync($"/disclosures/{id}"), StringComparison.Ordinal);
        await Posted(asking.Other, $"/disclosures/{id}/release");
        await Ok(await asking.Give(id, await asking.Answers(id)));
        Assert.DoesNotContain("No court order", await asking.Agency.GetStringAsync($"/agency/requests/{id}"), StringComparison.Ordinal);
        Assert.Contains("D-2026-", await asking.Lead.GetStringAsync("/disclosures?state=given"), StringComparison.Ordinal);
        var package = await asking.Pack(id);

        var own = await asking.Agency.GetStringAsync($"/agency/requests/{id}");
        Assert.Contains("No court order", own, StringComparison.Ordinal);
        Assert.Contains($"href=\"/agency/packages/{package}\"", own, StringComparison.Ordinal);
        Assert.Contains("admins", await asking.Agency.GetStringAsync($"/agency/packages/{package}/file"), StringComparison.Ordinal);
        foreach (var path in (string[])["/disclosures", "/disclosures?state=all", "/disclosures?state=answered", $"/disclosures/{id}"])
        {
            var page = await asking.Lead.GetAsync(path);
            Assert.True(page.IsSuccessStatusCode, path);
        }

        Assert.Contains("D-2026-", await asking.Lead.GetStringAsync("/disclosures?state=answered"), StringComparison.Ordinal);
        Assert.Contains("D-2026-", await asking.Agency.GetStringAsync("/agency/requests"), StringComparison.Ordinal);
        Assert.True((await asking.Agency.GetAsync("/agency/requests/new")).IsSuccessStatusCode);
    }

    [Fact]
    public async Task A_letter_is_entered_by_form_with_its_arrival_and_its_document_and_its_data_is_looked_into_by_form()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        using var asking = await Begin(jaga);
        Assert.Contains("/disclosures/enter", await asking.Lead.GetStringAsync("/disclosures"), StringComparison.Ordinal);
        Assert.Contains(asking.Police, await asking.Lead.GetStringAsync("/disclosures/enter"), StringComparison.Ordinal);
        using var wrong = Form(("agency", asking.Police), ("legalBasis", ""), ("purpose", "what was typed stays"));
        Assert.Contains("what was typed stays", await (await asking.Lead.PostAsync("/disclosures/enter", wrong)).Content.ReadAsStringAsync(), StringComparison.Ordinal);

        var arrived = jaga.Clock.Now.AddDays(-2);
        using var right = Form(("agency", asking.Police), ("receivedAt", arrived.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm", System.Globalization.CultureInfo.InvariantCulture)), ("emergency", ""), ("emergencyReason", ""));
        right.Add(new ByteArrayContent(Encoding.UTF8.GetBytes("%PDF a letter")) { Headers = { ContentType = new("application/pdf") } }, "file", "letter.pdf");
        var entered = await asking.Lead.PostAsync("/disclosures/enter", right);
        Assert.True(entered.StatusCode is HttpStatusCode.Found, await entered.Content.ReadAsStringAsync());
        var id = entered.Headers.Location!.OriginalString.Split('/')[^1];
        await jaga.Do(async db =>
        {
            var request = await db.DataRequests.SingleAsync();
            Assert.Equal((true, asking.Police), (request.ByStaff, request.Agency));
            Assert.True(arrived - request.ReceivedAt < TimeSpan.FromMinutes(1));
        });

        using var more = new MultipartFormDataContent { { new StringContent("courtOrder"), "kind" }, { new StringContent("C/1"), "number" }, { new StringContent("PN"), "issuer" }, { new StringContent("2026-01-02"), "issuedOn" } };
        more.Add(new ByteArrayContent(Encoding.UTF8.GetBytes("%PDF an order")) { Headers = { ContentType = new("application/pdf") } }, "file", "order.pdf");
        Assert.Equal(HttpStatusCode.Found, (await asking.Lead.PostAsync($"/disclosures/{id}/documents", more)).StatusCode);
        await asking.Accept(id, 0, ["subscriberInformation", "trafficData"]);
        await Ok(await asking.Propose(id, "released"));
        await Ok(await asking.Release(id));
        await Ok(await asking.Give(id, await asking.Answers(id)));
        Assert.Contains($"/disclosures/{id}/data\"", await asking.Lead.GetStringAsync($"/disclosures/{id}"), StringComparison.Ordinal);
        using var why = new FormUrlEncodedContent([KeyValuePair.Create("why", "the agency asks whether it is complete")]);
        var looked = await asking.Lead.PostAsync($"/disclosures/{id}/data", why);
        Assert.Equal("attachment", looked.Content.Headers.ContentDisposition?.DispositionType);
        Assert.Contains("admins", await looked.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Contains("data-request.data-opened", (await asking.Read(id))["history"]!.AsArray().Select(l => (string?)l!["action"]));
    }

    private static async Task Posted(HttpClient client, string path, params (string Name, string Value)[] fields)
    {
        using var form = new FormUrlEncodedContent(fields.Select(f => KeyValuePair.Create(f.Name, f.Value)));
        var answer = await client.PostAsync(path, form);
        Assert.True(answer.StatusCode is HttpStatusCode.Found, $"{path}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
    }

    private static MultipartFormDataContent Form(params (string Name, string Value)[] but)
    {
        var form = new MultipartFormDataContent();
        var fields = new Dictionary<string, string>
        {
            ["regime"] = "id-permenkominfo-5-2020", ["legalBasis"] = "KUHAP, Pasal 43", ["offence"] = "UU 44/2008", ["maxPenaltyYears"] = "12", ["purpose"] = "To find who runs it", ["description"] = "A group",
            ["group"] = "g7\ng8", ["emergency"] = "threatToLife", ["emergencyReason"] = "urgent", ["kind"] = "officialRequest", ["number"] = "B/1", ["issuer"] = "Unit", ["issuedOn"] = "2026-01-02", ["language"] = "id", ["reference"] = "LP/77",
        };
        foreach (var (name, value) in but)
        {
            fields[name] = value;
        }

        foreach (var (name, value) in fields)
        {
            form.Add(new StringContent(value), name);
        }

        form.Add(new StringContent("subscriberInformation"), "classes");
        form.Add(new StringContent("trafficData"), "classes");
        return form;
    }
}
