using System.Text.RegularExpressions;
using Jaga.Tests.Support;

namespace Jaga.Tests.Letters;

/// <summary>A form that is refused comes back with what was typed into it.</summary>
public sealed partial class TypedTests
{
    [Fact]
    public async Task A_letter_with_a_field_that_there_is_not_comes_back_with_every_word_of_it()
    {
        await using var desk = await Correspondence.Open(Store.Sqlite);
        var incoming = await desk.Incoming();
        var (status, page) = await Send(desk, $"/letters/new?answers={incoming["id"]}", "/letters", ("title", "Our answer"), ("body", "Dear {{recipient.nam}},\nwe <did> this."), ("language", "en"), ("reference", "OUT-7"), ("answers", $"{incoming["id"]}"), ("parties", "Ani,,ani@example.org"));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, status);
        Assert.Contains("{{recipient.nam}} is no field", page, StringComparison.Ordinal);
        Assert.Contains("we &lt;did&gt; this.", page, StringComparison.Ordinal);
        Assert.Contains("Dear {{recipient.nam}},\nwe <did> this.", WebUtility.HtmlDecode(page), StringComparison.Ordinal);
        Assert.Contains("Ani,,ani@example.org", page, StringComparison.Ordinal);
        Assert.Matches(Reference(), page);
        Assert.DoesNotMatch(Mine(), page);
        Assert.Contains("What will you do?", page, StringComparison.Ordinal);
        Assert.DoesNotContain("OUT-7", await desk.Writer.GetStringAsync(new Uri("/letters/new", UriKind.Relative)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_letter_that_came_in_and_is_refused_after_another_form_comes_back_as_itself()
    {
        await using var desk = await Correspondence.Open(Store.Sqlite);
        await Send(desk, "/letters/new", "/letters", ("title", "Outgoing"), ("body", "{{recipient.nam}}"), ("language", "en"));
        var (status, page) = await Send(desk, "/letters/incoming", "/letters/incoming", ("title", "From the coalition"), ("language", "en"), ("parties", ""));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, status);
        Assert.Contains("action=\"/letters/incoming\"", page, StringComparison.Ordinal);
        Assert.Contains("From the coalition", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_version_that_somebody_was_quicker_with_comes_back_with_ones_own_words()
    {
        await using var desk = await Correspondence.Open(Store.Sqlite);
        var letter = await desk.Draft(await desk.Incoming());
        await desk.Post($"/letters/{letter["id"]}/versions", new { title = "Quicker", body = "Somebody else wrote this.", version = 1 });
        var (status, page) = await Send(desk, $"/letters/{letter["id"]}", $"/letters/{letter["id"]}/versions", ("title", "Slower"), ("body", "I wrote this meanwhile."), ("version", "1"));

        Assert.Equal(HttpStatusCode.Conflict, status);
        Assert.Contains("Nothing was saved", page, StringComparison.Ordinal);
        Assert.Contains(">I wrote this meanwhile.</textarea>", page, StringComparison.Ordinal);
        Assert.Contains("name=\"version\" value=\"2\"", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_day_that_a_letter_names_is_the_readers_own()
    {
        await using var desk = await Correspondence.Open(Store.Sqlite);
        var yesterday = DateOnly.FromDateTime(desk.Jaga.Clock.Now.UtcDateTime).AddDays(-1);
        var (status, _) = await Send(desk, "/letters/incoming", "/letters/incoming", ("title", "By day"), ("language", "en"), ("parties", "Ani,,ani@example.org"), ("received", $"{yesterday:yyyy-MM-dd}"), ("due", $"{yesterday.AddDays(9):yyyy-MM-dd}"), ("needsAnswer", "true"));

        Assert.Equal(HttpStatusCode.Found, status);
        var midnight = new DateTimeOffset(yesterday.ToDateTime(default), TimeSpan.FromHours(7));
        await desk.Jaga.Do(async db =>
        {
            var letter = await db.Letters.SingleAsync();
            Assert.Equal((midnight, midnight.AddDays(10).AddSeconds(-1)), (letter.At, letter.DueAt));
        });
    }

    private static async Task<(HttpStatusCode Status, string Page)> Send(Correspondence desk, string page, string action, params (string Name, string Value)[] fields)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, action) { Content = new FormUrlEncodedContent(fields.Select(f => KeyValuePair.Create(f.Name, f.Value))) };
        request.Headers.Referrer = new Uri(desk.Jaga.Address, page);
        request.Headers.Add("Cookie", "jaga-zone=Asia/Jakarta");
        using var answer = await desk.Writer.SendAsync(request);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    [GeneratedRegex("name=\"reference\" value=\"OUT-7\"")]
    private static partial Regex Reference();

    [GeneratedRegex("name=\"mine\" value=\"true\" checked")]
    private static partial Regex Mine();
}
