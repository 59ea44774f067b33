using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Jaga.Disclosure;
using Jaga.Obligations;

namespace Jaga.Tests.Disclosure;

/// <summary>Which document each class of data needs, tried out for every combination: a class never goes without its own.</summary>
public sealed class DataRulesTests
{
    private static readonly DataWords Words = new();
    private static readonly AllDataRules Rules = new(new Regimes(new ObligationSettings()));
    private static readonly DataClass[] Classes = Enum.GetValues<DataClass>();
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 5, 0, 0, TimeSpan.Zero);

    /// <summary>Every set of documents, each of which covers any set of the classes, in and out of an emergency, for every penalty that matters.</summary>
    public static TheoryData<string> EveryRegime => [.. Rules.All.Select(r => r.Regime)];

    [Theory, MemberData(nameof(EveryRegime))]
    public void No_combination_of_classes_documents_and_emergency_gives_a_class_without_its_document(string regime)
    {
        var rules = Rules.Of(regime);
        var tried = 0;
        foreach (var kinds in Subsets(Enum.GetValues<DocumentKind>()))
        {
            foreach (var covers in Subsets(Classes))
            {
                foreach (var (emergency, penalty) in from e in (bool[])[false, true] from p in (int?[])[null, 12, 24] select (e, p))
                {
                    var grounds = new Grounds(penalty is null ? null : "an offence", penalty, [.. kinds.Select(k => Document(k, covers))]);
                    foreach (var verdict in rules.Judge(Classes, grounds, emergency, Words))
                    {
                        tried++;
                        Assert.Equal(MayGo(regime, verdict.Class, kinds, covers, emergency, penalty), verdict.May);
                        Assert.Equal(verdict.May, verdict.On is not null && verdict.On.Covers.Contains(verdict.Class));
                    }
                }
            }
        }

        Assert.Equal(32 * 16 * 6 * 4, tried);
    }

    [Theory, MemberData(nameof(EveryRegime))]
    public void What_is_asked_of_the_platform_holds_no_field_of_a_class_that_may_not_go(string regime)
    {
        var rules = Rules.Of(regime);
        var request = Request(regime);
        DataSubject[] subjects = [.. ((string[])["account", "group", "item"]).Select((k, i) => new DataSubject { Request = request.Id, Position = i, About = new(k, "x") })];
        foreach (var kinds in Subsets(Enum.GetValues<DocumentKind>()))
        {
            foreach (var (covers, members) in from c in Subsets(Classes) from m in (bool[])[false, true] select (c, m))
            {
                var verdicts = rules.Judge(Classes, new("an offence", 24, [.. kinds.Select(k => Document(k, covers, members))]), emergency: false, Words);
                var question = DataQuestion.For(request, subjects, verdicts, Words);
                var may = verdicts.Where(v => v.May).Select(v => v.Class).ToHashSet();
                Assert.Equal(may.Count == 0, question is null);
                Assert.All(question?.Subjects ?? [], s => Assert.All(s.Fields, f => Assert.Contains(f.Class, may)));
                Assert.Equal(members && may.Contains(DataClass.SubscriberInformation), question?.Subjects.Any(s => s.Fields.Any(f => f.Name == "members")) is true);
            }
        }
    }

    [Fact]
    public void The_sentence_names_the_document_that_is_missing_in_both_languages()
    {
        var verdict = Assert.Single(Rules.Of("id-permenkominfo-5-2020").Judge([DataClass.CommunicationContent], new("an offence", 60, [Document(DocumentKind.OfficialRequest, Classes)]), emergency: true, Words));

        Assert.False(verdict.May);
        Assert.Equal("Communication content needs a court order that covers it; none has been accepted (Pasal 32, 36).", verdict.Why.En);
        Assert.Equal("Konten komunikasi memerlukan penetapan ketua pengadilan negeri yang mencakupnya; belum ada yang diterima (Pasal 32, 36).", verdict.Why.Id);
    }

    [Theory]
    [InlineData(null, "The request does not name the offence", false)]
    [InlineData(12, "at least 2 years; this one can with 1 year", false)]
    [InlineData(24, "may be given on an official request", true)]
    public void In_Indonesia_the_offence_must_weigh_enough(int? months, string says, bool may)
    {
        var verdict = Assert.Single(Rules.Of("id-permenkominfo-5-2020").Judge([DataClass.TrafficData], new(months is null ? null : "an offence", months, [Document(DocumentKind.OfficialRequest, [DataClass.TrafficData])]), emergency: false, Words));
        Assert.Equal(may, verdict.May);
        Assert.Contains(says, verdict.Why.En, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void What_is_not_sure_is_marked_so() => Assert.All(Rules.All.Where(r => r.Regime is not "id-permenkominfo-5-2020").SelectMany(r => r.Classes), c => Assert.Equal("?", c.Sure));

    [Fact]
    public void A_group_stands_for_who_founded_and_runs_it_and_its_members_are_a_count()
    {
        var counted = Words.Fields([DataClass.SubscriberInformation, DataClass.TrafficData], "group", members: false).Select(f => f.Name).ToList();
        Assert.Equal(["createdAt", "founders", "admins", "otherGroups", "memberCount", "foundedFrom", "adminSignIns"], counted);
        Assert.Equal(["members", "memberSignIns"], Words.Fields([DataClass.SubscriberInformation, DataClass.TrafficData], "group", members: true).Select(f => f.Name).Except(counted));
    }

    [Theory]
    [InlineData("""[{ "at": "2026-01-01", "address": "192.0.2.1", "port": 443 }]""", true)]
    [InlineData("""[{ "at": "2026-01-01", "message": "hello" }]""", false)]
    [InlineData("""[{ "at": { "message": "hello" } }]""", false)]
    [InlineData("""[["hello"]]""", false)]
    [InlineData("""{ "at": "2026-01-01" }""", false)]
    [InlineData(""" "hello" """, false)]
    public void Nothing_rides_along_in_a_field(string value, bool fits)
    {
        var field = Words.Fields([DataClass.TrafficData], "account", members: false).Single(f => f.Name == "signIns");
        using var json = JsonDocument.Parse(value);
        Assert.Equal(fits, field.WhyNot(json.RootElement) is null);
    }

    [Fact]
    public void No_shape_of_value_fits_a_number_or_a_time_by_accident() => Prop.ForAll(
        Gen.Elements("1", "-1", "1.5", "\"x\"", "null", "true", "[]", "{}", "\"2026-01-01T00:00:00Z\"", "[1]").ToArbitrary(),
        text =>
        {
            using var json = JsonDocument.Parse(text);
            return new DataField("n", "group", FieldType.Number).WhyNot(json.RootElement) is null == (text is "1")
                && new DataField("t", "group", FieldType.Time).WhyNot(json.RootElement) is null == text.StartsWith("\"2026", StringComparison.Ordinal);
        }).Check(Config.QuickThrowOnFailure);

    // The rules once more, written the other way round, from the facts and not from the files.
    private static bool MayGo(string regime, DataClass one, IReadOnlyCollection<DocumentKind> kinds, IReadOnlyCollection<DataClass> covers, bool emergency, int? penalty)
    {
        if (!covers.Contains(one) || (regime is "id-permenkominfo-5-2020" && penalty is null or < 24))
        {
            return false;
        }

        var (court, official, order, urgent) = (kinds.Contains(DocumentKind.CourtOrder), kinds.Contains(DocumentKind.OfficialRequest), kinds.Contains(DocumentKind.InformationOrder), emergency && kinds.Contains(DocumentKind.EmergencyStatement));
        return one switch
        {
            DataClass.CommunicationContent or DataClass.SpecificPersonalData => court,
            DataClass.SubscriberInformation => court || urgent || (regime is not "eu-dsa" && official) || (regime is not "id-permenkominfo-5-2020" && order),
            _ => court || urgent || (regime is "id-permenkominfo-5-2020" && official),
        };
    }

    private static AcceptedDocument Document(DocumentKind kind, IReadOnlyList<DataClass> covers, bool members = false) => new(Id<DataDocument>.New(Now), kind, "No. 1", covers, members);

    private static DataRequest Request(string regime) => new()
    {
        Id = Id<DataRequest>.New(Now), Number = "D-1", Agency = "a", SentBy = "x", Regime = regime, LegalBasis = "x", Purpose = "x", Description = "x", Classes = Classes, Language = "id", ReceivedAt = Now,
    };

    private static IEnumerable<List<T>> Subsets<T>(IReadOnlyList<T> of) => Enumerable.Range(0, 1 << of.Count).Select(bits => of.Where((_, i) => (bits & (1 << i)) != 0).ToList());
}
