using System.Text;
using System.Text.Json.Nodes;
using Jaga.Letters;
using Jaga.Obligations;

namespace Jaga.Tests.Letters;

/// <summary>From the letter that came in to the answer that arrived: <see cref="RegisterLetter"/>, <see cref="DraftLetter"/>, <see cref="ReviseLetter"/>, <see cref="ApproveLetter"/>, <see cref="SendLetter"/>, <see cref="ReadLetters"/>.</summary>
public sealed class SendLetterTests
{
    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task A_letter_is_answered_when_its_answer_has_arrived_and_not_before(Store store)
    {
        await using var desk = await Correspondence.Open(store);
        var incoming = await desk.Incoming();
        Assert.Equal("open", incoming["state"]!.ToString());
        var answer = await desk.Draft(incoming);
        Assert.Equal((await desk.Owed(incoming)).DueAt, (await desk.Owed(answer)).DueAt);
        Assert.Equal((RegisterLetter.Clause, DraftLetter.Clause), ((await desk.Owed(incoming)).Clause, (await desk.Owed(answer)).Clause));
        await desk.Approve(answer);
        await desk.Post($"/letters/{answer["id"]}/send");
        await desk.Jaga.RunWorker();
        Assert.Equal(("sending", "open"), (await desk.State(answer), await desk.State(incoming)));
        Assert.Equal(ObligationState.Open, (await desk.Owed(answer)).State);

        await desk.Carry();
        Assert.Equal(("sent", "answered"), (await desk.State(answer), await desk.State(incoming)));
        Assert.Equal((ObligationState.Kept, ObligationState.Kept), ((await desk.Owed(answer)).State, (await desk.Owed(incoming)).State));
        var party = (await desk.Read(answer))["parties"]![0]!;
        Assert.Equal("accepted", party["state"]!.ToString());
        Assert.Contains("took it for person1@ngo1.example", party["receipt"]!.ToString(), StringComparison.Ordinal);

        var mail = desk.Mail.All.Single(m => m.To.Contains("person1@ngo1.example"));
        Assert.Equal("Our answer to Organisation 1", mail.Header("Subject"));
        Assert.Equal("Dear Person 1,\r\n\r\nwe did this:\r\n\r\n- one\r\n- two", Encoding.UTF8.GetString(mail.Parts[0].Content));
        Assert.StartsWith("bounces+", mail.From, StringComparison.Ordinal);
        Assert.Contains("ENVID=", mail.Envelope[0], StringComparison.Ordinal);
        Assert.Equal(answer["id"]!.ToString(), (await desk.Read(incoming))["answeredBy"]![0]!["id"]!.ToString());
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task Every_version_is_kept_and_nobody_approves_what_they_wrote(Store store)
    {
        await using var desk = await Correspondence.Open(store);
        var letter = await desk.Draft(extra: new { recipients = new[] { new { name = "The ministry", email = "post@ministry.example", organisation = "Ministry" } } });
        var (own, words) = await desk.Refused($"/letters/{letter["id"]}/approval", new { version = 1 });
        Assert.Equal(HttpStatusCode.Conflict, own);
        Assert.Contains("Somebody else", words, StringComparison.Ordinal);
        await desk.Approve(letter);
        var second = await desk.Post($"/letters/{letter["id"]}/versions", new { title = "Better", body = "Better words.", version = 1, note = "clearer" });
        Assert.Equal(("draft", 2), (second["state"]!.ToString(), (int)second["version"]!));
        Assert.Equal(HttpStatusCode.Conflict, (await desk.Refused($"/letters/{letter["id"]}/send")).Status);
        Assert.Equal(HttpStatusCode.Conflict, (await desk.Refused($"/letters/{letter["id"]}/approval", new { version = 1 }, desk.Head)).Status);
        Assert.Equal(HttpStatusCode.Conflict, (await desk.Refused($"/letters/{letter["id"]}/versions", new { title = "Late", body = "Late.", version = 1 })).Status);
        await desk.Approve(letter, 2);
        await desk.Post($"/letters/{letter["id"]}/send");
        await desk.Carry();
        var story = await desk.Read(letter);
        Assert.Equal(["Our answer to {{recipient.organisation}}", "Better"], story["versions"]!.AsArray().Select(v => v!["title"]!.ToString()));
        Assert.Equal(HttpStatusCode.Conflict, (await desk.Refused($"/letters/{letter["id"]}/versions", new { title = "Late", body = "Late.", version = 2 })).Status);
    }

    [Fact]
    public async Task A_field_that_is_not_known_or_has_no_value_is_named()
    {
        await using var desk = await Correspondence.Open(Store.Sqlite);
        object To(string? organisation) => new[] { new { name = "Ani", email = "ani@example.org", organisation } };
        var (status, words) = await desk.Refused("/letters", new { title = "x", body = "Dear {{recipient.nam}}", language = "en", recipients = To(null) });
        Assert.Equal(HttpStatusCode.UnprocessableEntity, status);
        Assert.Contains("{{recipient.nam}} is no field", words, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await desk.Refused("/letters", new { title = "x", body = "Dear {{recipient.name", language = "en", recipients = To(null) })).Status);

        var letter = await desk.Draft(extra: new { recipients = To(null) });
        (status, words) = await desk.Refused($"/letters/{letter["id"]}/approval", new { version = 1 }, desk.Head);
        Assert.Equal(HttpStatusCode.Conflict, status);
        Assert.Contains("{{recipient.organisation}} has no value for Ani", words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_name_holds_never_becomes_markup_or_a_field()
    {
        await using var desk = await Correspondence.Open(Store.Sqlite);
        var letter = await desk.Draft(extra: new { recipients = new[] { new { name = "<b>Ani</b> {{house.name}}", email = "ani@example.org", organisation = "A & B" } } });
        await desk.Send(letter);
        var parts = desk.Mail.All.Single(m => m.To.Contains("ani@example.org")).Parts;
        var html = Encoding.UTF8.GetString(parts[1].Content);
        Assert.DoesNotContain("<b>Ani", html, StringComparison.Ordinal);
        Assert.Contains("Dear &lt;b&gt;Ani&lt;/b&gt; {{house.name}}", html, StringComparison.Ordinal);
        Assert.Contains("A &amp; B", html, StringComparison.Ordinal);
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task The_register_finds_what_is_unsent_due_or_named(Store store)
    {
        await using var desk = await Correspondence.Open(store);
        var coalition = await desk.Incoming(3, new { dueAt = desk.Jaga.Clock.Now.AddDays(3) });
        await desk.Incoming(extra: new { title = "For your files", needsAnswer = false });
        var draft = await desk.Draft(coalition, new { dueAt = desk.Jaga.Clock.Now.AddDays(2), reference = "OUT-1" });
        async Task<List<string>> Find(string query) => [.. (await desk.Writer.GetFromJsonAsync<JsonObject>("/api/v1/letters?" + query))!["rows"]!.AsArray().Select(r => r!["title"]!.ToString())];
        const string ours = "Our answer to {{recipient.organisation}}";
        Assert.Equal([ours, "For your files", "What will you do?"], await Find(""));
        Assert.Equal([ours], await Find("unsent=true"));
        Assert.Equal([ours, "What will you do?"], await Find("due=true"));
        Assert.Equal(["For your files", "What will you do?"], await Find("direction=in"));
        Assert.Equal([ours, "What will you do?"], await Find("words=ORGANISATION%203"));
        Assert.Equal([ours], await Find("words=out-1"));
        Assert.Equal(["What will you do?"], await Find($"due=true&after={draft["id"]}"));
        Assert.Equal(3, (int)(await desk.Read(draft))["letter"]!["recipients"]!);
    }
}
