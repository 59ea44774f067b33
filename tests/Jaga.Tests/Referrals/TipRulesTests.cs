using System.Text;
using Jaga.Referrals.CyberTip;

namespace Jaga.Tests.Referrals;

public sealed class TipRulesTests
{
    public static TheoryData<string, TipReport> Refused => new()
    {
        { "incident.at", TipScene.Least with { Incident = TipScene.Least.Incident with { At = TipScene.At.AddSeconds(1) } } },
        { "incident.platform", TipScene.Least with { Incident = TipScene.Least.Incident with { Platform = new string('x', 257) } } },
        { "incident.escalation", TipScene.Least with { Incident = TipScene.Least.Incident with { Escalation = " " } } },
        { "places[0].urls[0]", TipScene.Least with { Places = [new() { Kind = TipPlaceKind.WebPage, Urls = ["https://plaza.example/a b"] }] } },
        { "places[0].roomName", TipScene.Least with { Places = [new() { Kind = TipPlaceKind.WebPage, RoomName = "group" }] } },
        { "places[0].latitude", TipScene.Least with { Places = [new() { Kind = TipPlaceKind.CellPhone, Latitude = 91 }] } },
        { "lawEnforcement.agency", TipScene.Least with { LawEnforcement = new() { Agency = "" } } },
        { "lawEnforcement.officer.age", TipScene.Least with { LawEnforcement = new() { Agency = "a", Officer = new() { Age = 30 } } } },
        { "reporter.person.emails", TipScene.Least with { Reporter = new() { Person = new() } } },
        { "reporter.legalUrl", TipScene.Least with { Reporter = TipScene.Least.Reporter with { LegalUrl = "" } } },
        { "reported.captures[0].address", TipScene.Least with { Reported = new() { Captures = [new("somewhere")] } } },
        { "reported.captures[0].port", TipScene.Least with { Reported = new() { Captures = [new("192.0.2.1", Port: 0)] } } },
        { "reported.schoolName", TipScene.Least with { Reported = new() { SchoolName = "s" } } },
        { "reported.permanentlyDisabled.reenabled", TipScene.Least with { Reported = new() { PermanentlyDisabled = new(true, Reenabled: TipScene.At) } } },
        { "intendedRecipients[0].associated", TipScene.Least with { IntendedRecipients = [new() { Associated = [new() { Type = TipAssociation.Other, Party = new() }] }] } },
        { "victims[0].groupIdentifier", TipScene.Least with { Victims = [new() { GroupIdentifier = "g" }] } },
        { "victims[0].person.phones[0].callingCode", TipScene.Least with { Victims = [new() { Person = new() { Phones = [new("1", CallingCode: "62")] } }] } },
        { "victims[0].person.age", TipScene.Least with { Victims = [new() { Person = new() { Age = 151 } }] } },
    };

    [Theory, MemberData(nameof(Refused))]
    public void What_NCMEC_would_refuse_is_named_with_its_field(string field, TipReport report) => Assert.Equal([field], TipRules.Wrong(report, TipScene.At).Select(f => f.Field));

    [Fact]
    public void A_supplemental_file_carries_no_classification_and_is_no_meme()
    {
        var file = new TipFile { Relevance = TipRelevance.Supplemental, Class = TipClass.A1, Annotations = [TipFileAnnotation.PotentialMeme] };

        Assert.Equal(["class", "annotations"], TipRules.Wrong(file, TipScene.At).Select(f => f.Field));
    }

    [Theory]
    [InlineData(200, "<reportResponse><responseCode>0</responseCode><responseDescription>Success</responseDescription><reportId>5</reportId></reportResponse>", TipOutcome.Done)]
    [InlineData(500, "<reportResponse><responseCode>0</responseCode><responseDescription/></reportResponse>", TipOutcome.Later)]
    [InlineData(401, "", TipOutcome.Locked)]
    [InlineData(403, "<html/>", TipOutcome.Locked)]
    [InlineData(200, "<reportResponse><responseCode>2000</responseCode><responseDescription/></reportResponse>", TipOutcome.Locked)]
    [InlineData(200, "<reportResponse><responseCode>3100</responseCode><responseDescription/></reportResponse>", TipOutcome.Locked)]
    [InlineData(200, "<reportResponse><responseCode>1110</responseCode><responseDescription/></reportResponse>", TipOutcome.Later)]
    [InlineData(404, "<reportResponse><responseCode>1210</responseCode><responseDescription/></reportResponse>", TipOutcome.Person)]
    [InlineData(400, "<reportResponse><responseCode>4100</responseCode><responseDescription>incidentType</responseDescription></reportResponse>", TipOutcome.Person)]
    [InlineData(200, "<reportResponse><responseCode>5001</responseCode><responseDescription/></reportResponse>", TipOutcome.Expired)]
    [InlineData(200, "<reportResponse><responseCode>5101</responseCode><responseDescription/></reportResponse>", TipOutcome.AlreadyRetracted)]
    [InlineData(200, "<reportResponse><responseCode>5102</responseCode><responseDescription/></reportResponse>", TipOutcome.AlreadyFinished)]
    [InlineData(200, "<reportResponse><responseCode>9999</responseCode><responseDescription/></reportResponse>", TipOutcome.Person)]
    [InlineData(429, "", TipOutcome.Later)]
    [InlineData(200, "", TipOutcome.Later)]
    [InlineData(200, "<!doctype html><html>", TipOutcome.Later)]
    [InlineData(200, "<!DOCTYPE r [<!ENTITY e \"x\">]><reportResponse><responseCode>0</responseCode></reportResponse>", TipOutcome.Later)]
    [InlineData(400, "nonsense", TipOutcome.Person)]
    public void Every_answer_has_its_outcome(int status, string body, TipOutcome outcome) => Assert.Equal(outcome, TipAnswer.Read(status, Encoding.UTF8.GetBytes(body)).Outcome);
}
