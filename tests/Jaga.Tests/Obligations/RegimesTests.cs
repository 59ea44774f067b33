using System.Text;
using Jaga.Obligations;

namespace Jaga.Tests.Obligations;

public sealed class RegimesTests
{
    [Theory]
    [InlineData("house.confirm-action", "PT15M")]
    [InlineData("house.decide-held", "PT24H")]
    [InlineData("id-permenkominfo-5-2020.takedown", "PT24H")]
    [InlineData("id-permenkominfo-5-2020.takedown-urgent", "PT4H")]
    [InlineData("id-permenkominfo-5-2020.give-data", "P5D")]
    [InlineData("eu-tco.remove", "PT1H")]
    [InlineData("us-take-it-down.remove", "PT48H")]
    [InlineData("us-2258a.preserve", "P1Y")]
    public void The_laws_clocks_are_the_laws(string clause, string due) => Assert.Equal(due, new Regimes(new()).Find(clause).Due.Text);

    [Fact]
    public void Where_the_law_sets_no_hours_the_clause_says_so()
    {
        var regimes = new Regimes(new());
        Assert.All(regimes.All.Single(r => r.Id == "eu-dsa").Clauses, c => Assert.Equal(DueBy.House, c.DueBy));
        Assert.All(regimes.All.Where(r => r.Id != Regimes.House).SelectMany(r => r.Clauses).Where(c => c.DueBy is DueBy.House), c => Assert.False(string.IsNullOrWhiteSpace(c.Note)));
    }

    [Theory]
    [InlineData("""{ "id": "x", """, "Regime own.json:")]
    [InlineData("""{ "id": "X", CLAUSES }""", "field id")]
    [InlineData("""{ "id": "x", "zone": "Mars/Base", CLAUSES }""", "field zone")]
    [InlineData("""{ "id": "x", "clauses": [] }""", "field clauses")]
    [InlineData("""{ "id": "x", "clauses": [{ "key": "k", "cites": "1", "duty": {"en":"e","id":"i"}, "sure": "A", "due": "1 day" }] }""", "field clauses[0].due")]
    [InlineData("""{ "id": "x", "clauses": [{ "key": "k", "cites": "1", "duty": {"en":"e","id":"i"}, "sure": "sure", "due": "P1D" }] }""", "field clauses[0].sure")]
    [InlineData("""{ "id": "x", "clauses": [{ "key": "k", "cites": "1", "duty": {"en":"e","id":""}, "sure": "A", "due": "P1D" }] }""", "field clauses[0].duty")]
    [InlineData("""{ "id": "x", "clauses": [{ "key": "k", "cites": "1", "duty": {"en":"e","id":"i"}, "sure": "A", "due": "P1D", "ladder": [{"percent": 50, "whom": "owner"}] }] }""", "field clauses[0].ladder")]
    [InlineData("""{ "id": "x", "clauses": [{ "key": "k", "cites": "1", "duty": {"en":"e","id":"i"}, "sure": "A", "due": "P1D", "dueBy": "house" }] }""", "field clauses[0].note")]
    [InlineData("""{ "id": "x", "surprise": 1, CLAUSES }""", "surprise")]
    public void A_file_that_cannot_be_right_stops_the_start_and_is_named_with_its_field(string json, string named)
    {
        const string fine = """ "name": {"en":"n","id":"n"}, "country": "ID", "source": "s", "clauses": [{ "key": "k", "cites": "1", "duty": {"en":"e","id":"i"}, "sure": "A", "due": "P1D" }] """;
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(json.Replace("CLAUSES", fine, StringComparison.Ordinal)));
        var wrong = Assert.Throws<WrongSetting>(() => RegimeFile.Read("own.json", stream));
        Assert.Contains("own.json", wrong.Message, StringComparison.Ordinal);
        Assert.Contains(named, wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_operator_may_shorten_a_deadline_of_the_law_and_never_lengthen_it()
    {
        static Regimes With(string clause, string due) => new(new() { Due = new Dictionary<string, string> { [clause] = due } });
        Assert.Equal("PT12H", With("id-permenkominfo-5-2020.takedown", "PT12H").Find("id-permenkominfo-5-2020.takedown").Due.Text);
        Assert.Equal("P3D", With("house.decide-held", "P3D").Find("house.decide-held").Due.Text);
        Assert.Equal("P2Y", With("us-2258a.preserve", "P2Y").Find("us-2258a.preserve").Due.Text);
        Assert.Throws<WrongSetting>(() => With("id-permenkominfo-5-2020.takedown", "PT25H"));
        Assert.Throws<WrongSetting>(() => With("us-2258a.preserve", "P6M"));
        Assert.Contains("184", With("eu-tco.preserve", "P184D").Find("eu-tco.preserve").Due.Text, StringComparison.Ordinal);
        Assert.Contains("from 2024-03-01 on", Assert.Throws<WrongSetting>(() => With("eu-tco.preserve", "P182D")).Message, StringComparison.Ordinal);
        Assert.Throws<WrongSetting>(() => With("eu-tco.preserve", "P183D"));
        Assert.Throws<WrongSetting>(() => With("house.decide-held", "soon"));
        Assert.Throws<WrongSetting>(() => With("house.no-such-clause", "PT1H"));
    }

    [Fact]
    public void A_month_is_not_31_days_from_every_day()
    {
        using var json = new MemoryStream("""{ "id": "own", "name": {"en":"n","id":"n"}, "country": "ID", "source": "s", "clauses": [{ "key": "k", "cites": "1", "duty": {"en":"e","id":"i"}, "sure": "A", "due": "P1M", "dueBy": "law" }] }"""u8.ToArray());
        var clause = Assert.Single(RegimeFile.Read("own.json", json).Clauses);
        Assert.Null(Regimes.Wrong(clause, "P28D"));
        Assert.All(["P29D", "P30D", "P31D"], due => Assert.NotNull(Regimes.Wrong(clause, due)));
    }

    [Fact]
    public void An_operators_own_regime_is_read_from_a_folder()
    {
        var folder = Directory.CreateTempSubdirectory("jaga-test-");
        try
        {
            File.WriteAllText(Path.Combine(folder.FullName, "own.json"), """
                { "id": "own", "name": {"en":"n","id":"n"}, "country": "ID", "source": "s", "zone": "Asia/Jakarta",
                  "clauses": [{ "key": "answer", "cites": "1", "duty": {"en":"e","id":"i"}, "sure": "?", "due": "P3D", "days": "business" }] }
                """);
            var clause = new Regimes(new() { Regimes = folder.FullName }).Find("own.answer");
            Assert.Equal((Sureness.Unknown, CountedDays.Business, "Asia/Jakarta"), (clause.Sure, clause.Due.Counted, clause.Due.Calendar.Zone.Id));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task A_wrong_time_in_the_settings_stops_the_start()
    {
        var wrong = await Assert.ThrowsAsync<WrongSetting>(() => JagaHost.Start(Store.Sqlite, null, ("Obligations:Due:eu-tco.remove", "PT2H")));
        Assert.Contains("eu-tco.remove", wrong.Message, StringComparison.Ordinal);
    }
}
