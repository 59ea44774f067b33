using System.Text.Json.Nodes;
using Jaga.Obligations;
using Jaga.People;
using Jaga.Server.Operate;
using Jaga.Server.Pages;

namespace Jaga.Tests.Obligations;

public sealed class CountTests
{
    [Fact]
    public async Task What_a_room_counts_is_on_the_first_screen_on_health_and_in_the_metrics()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite, b => b.Services.AddCount(
            new("lostUmbrellas", "Umbrellas", "/obligations?queue=umbrellas", Permission.ReadObligations, Gravity.Bad, InHead: true, (db, _, ct) => db.Obligations.CountAsync(ct))));
        await jaga.Owe();
        using var lead = await jaga.As(Role.Lead);
        var numbers = JsonNode.Parse(await lead.GetStringAsync("/health/numbers"))!;
        Assert.Equal((1, 0), ((int)numbers["lostUmbrellas"]!, (int)numbers["overdue"]!));

        Assert.Contains("\njaga_lost_umbrellas 1\n", await lead.GetStringAsync("/metrics"), StringComparison.Ordinal);
        Assert.Contains("number-chip is-bad\" href=\"/obligations?queue=umbrellas\"><b>1</b>", await lead.GetStringAsync("/"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Anybody_learns_only_whether_the_house_keeps_its_word_and_makes_it_count_seldom()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        using var anybody = jaga.Anybody();
        using var program = await jaga.Key(Permission.CheckItems);
        async Task<int> Overdue(HttpClient who)
        {
            var numbers = JsonNode.Parse(await who.GetStringAsync("/health/numbers"))!.AsObject();
            Assert.Equal(["overdue", "unconfirmed", "unsent"], numbers.Select(n => n.Key).Order());
            return (int)numbers["overdue"]!;
        }

        Assert.Equal(0, await Overdue(anybody));
        await jaga.Owe(from: jaga.Clock.Now.AddDays(-2));
        Assert.Equal((0, 0), (await Overdue(anybody), await Overdue(program)));
        jaga.Clock.Advance(PublicNumbers.Fresh);
        Assert.Equal(1, await Overdue(anybody));
        Assert.DoesNotContain("number-chip", await anybody.GetStringAsync("/docs"), StringComparison.Ordinal);
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task A_page_counts_only_so_far_and_the_record_all_of_it(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        await jaga.Owe(about: new("case", "1"), from: jaga.Clock.Now.AddDays(-9));
        await jaga.Owe(about: new("case", "2"), from: jaga.Clock.Now.AddDays(-9));
        foreach (var count in jaga.Services.GetServices<Count>())
        {
            await jaga.Do(async db => Assert.Equal(Math.Min(1, await count.Read(db, jaga.Clock.Now, default)), await count.ReadUpTo(1, db, jaga.Clock.Now, default)));
        }

        async Task<Counted> Overdue(int? most) => Assert.Single(await jaga.Ask<ReadNumbers, IReadOnlyList<Counted>>(read => read.Run(default, c => c.Word == "overdue", most)));
        Assert.Equal((2, false), await Overdue(null) is var all ? (all.Number, all.OrMore) : default);
        Assert.Equal((2, false), await Overdue(3) is var few ? (few.Number, few.OrMore) : default);
        Assert.Equal((1, true), await Overdue(1) is var some ? (some.Number, some.OrMore) : default);
    }

    [Fact]
    public async Task The_head_of_a_page_names_what_is_not_nought_and_says_so_when_nothing_is()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        using var lead = await jaga.As(Role.Lead);
        Assert.Contains("nothing owed", await lead.GetStringAsync("/queue"), StringComparison.Ordinal);
        await jaga.Owe(from: jaga.Clock.Now.AddDays(-9));
        var page = await lead.GetStringAsync("/queue");
        Assert.DoesNotContain("nothing owed", page, StringComparison.Ordinal);

        // Once in the row, once in the list of all behind it; nothing else.
        Assert.Equal(3, page.Split("number-chip").Length);
        Assert.Contains("number-chip is-bad\" href=\"/obligations?state=overdue\"><b>1</b>", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_count_has_words_in_each_language()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        foreach (var count in jaga.Services.GetServices<Count>())
        {
            Assert.All(Text.Languages, l => Assert.NotNull(new Text(l).Known($"numbers.{count.Word}")));
        }
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task What_is_owed_is_found_by_who_owns_it_and_when_it_is_due(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        await jaga.Owe();
        await jaga.Owe("id-permenkominfo-5-2020.takedown-urgent", new("order", "o1"));
        using var lead = await jaga.As(Role.Lead);
        async Task<int> Found(string query) => JsonNode.Parse(await lead.GetStringAsync($"/api/v1/obligations?{query}"))!["rows"]!.AsArray().Count;
        Assert.Equal(2, await Found(""));
        Assert.Equal(1, await Found("queue=reviewers"));
        Assert.Equal(2, await Found("person=nobody"));
        Assert.Equal(0, await Found("person=somebody"));
        Assert.Equal(1, await Found($"dueUntil={Uri.EscapeDataString(jaga.Clock.Now.AddHours(5).ToString("O"))}"));
        Assert.Equal(1, await Found($"dueFrom={Uri.EscapeDataString(jaga.Clock.Now.AddHours(5).ToString("O"))}"));
    }
}
