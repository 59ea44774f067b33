using Jaga.Audit;
using Jaga.Evidence;
using Jaga.Obligations;
using Jaga.People.Agencies;

namespace Jaga.Disclosure;

/// <summary>An agency asks for data at its door, or somebody here enters a letter of its. It gets its number and its clock at once.</summary>
public sealed class SendDataRequest(Db db, AuditLog audit, TimeProvider clock, AllDataRules rules, DataWords words, Regimes regimes, Duties duties, AddDocument add, TellAgency tell)
{
    /// <summary>The most subjects of one request.</summary>
    public const int MaxSubjects = 100;

    private static readonly string[] Kinds = ["account", "group", "item"];

    /// <param name="Regime">Whose rules apply: a name of <c>GET /data-rules</c>.</param>
    /// <param name="MaxPenaltyMonths">The offence's maximum imprisonment, in months.</param>
    /// <param name="Subjects">1 to 100. A group stands for its founders and admins.</param>
    /// <param name="Emergency">Only if it is one; then with a reason, and a signed statement among the documents.</param>
    /// <param name="NeededBy">A time that the order names. It makes a clock of the house shorter, never one of the law longer.</param>
    /// <param name="Language">ISO 639-1.</param>
    /// <param name="ReceivedAt">When the letter arrived, for staff who enter it later: its clock runs from then. Not later than now; null for now, as always at the door.</param>
    public sealed record Request(
        string Regime, string LegalBasis, string Purpose, string Description, IReadOnlyList<Subject> Subjects, IReadOnlyList<DataClass> Classes, string? Offence = null, int? MaxPenaltyMonths = null,
        DateTimeOffset? From = null, DateTimeOffset? Until = null, IReadOnlyList<DocumentSent>? Documents = null, EmergencyKind? Emergency = null, string? EmergencyReason = null, DateTimeOffset? NeededBy = null,
        string Language = "id", string? Reference = null, string? Contact = null, DateTimeOffset? ReceivedAt = null);

    /// <param name="Number">What both sides call it.</param>
    /// <param name="DueAt">By when it is to be answered.</param>
    public sealed record Answer(Id<DataRequest> Id, string Number, DateTimeOffset ReceivedAt, DateTimeOffset DueAt);

    /// <exception cref="BadInput">Something is missing or cannot be; the field is named.</exception>
    /// <exception cref="NotFound">The actor speaks for no agency.</exception>
    public async Task<Answer> Run(Request request, Actor actor, CancellationToken ct) => await Enter(await Agency.Of(db, actor, ct), request, actor, ct);

    /// <summary>Enters what came by letter.</summary>
    /// <exception cref="NotFound">There is no such agency.</exception>
    /// <exception cref="RuleBroken">Nobody has made sure of it, or it is closed.</exception>
    public async Task<Answer> RunFor(Id<Agency> id, Request request, Actor actor, CancellationToken ct) => await Enter(await Agency.Find(db, id, ct), request, actor, ct);

    private async Task<Answer> Enter(Agency agency, Request request, Actor actor, CancellationToken ct)
    {
        agency.MustBeTrusted();
        var now = clock.GetUtcNow();
        var received = Received(request, actor, now);
        var rule = Check(request, agency, received);
        var id = Id<DataRequest>.New(now);
        var bytes = await add.Put(request.Documents ?? [], ct);
        await using var transaction = await db.Begin(ct);
        var asked = new DataRequest
        {
            Id = id, Number = DataRequest.NumberOf(id, now), Agency = agency.Id.ToString(), SentBy = actor.ToString(), ByStaff = actor.For is null, Regime = rule.Regime, LegalBasis = request.LegalBasis.Trim(), Offence = Trim(request.Offence),
            MaxPenaltyMonths = request.MaxPenaltyMonths, Purpose = request.Purpose.Trim(), Description = request.Description.Trim(), From = request.From, Until = request.Until, Classes = [.. request.Classes.Distinct().Order()],
            Emergency = request.Emergency, EmergencyReason = Trim(request.EmergencyReason), Language = request.Language, Reference = Trim(request.Reference), Contact = Trim(request.Contact), ReceivedAt = received,
        };
        db.Add(asked);
        db.AddRange(request.Subjects.Distinct().Select((s, i) => new DataSubject { Request = id, Position = i, About = s }));
        audit.Record(actor, "data-request.received", asked.Subject, asked.LegalBasis, new { asked.Number, asked.Agency, asked.Regime, asked.Classes, subjects = request.Subjects.Count, asked.Emergency });
        await add.Keep(asked, bytes, actor, ct);
        var due = Open(rule.Clause, asked, agency, request.NeededBy, actor, received);
        if (asked.Emergency is not null)
        {
            // The law's own clock runs beside it: should this prove to be no emergency, nothing need be set back.
            due = Min(due, Open(rule.EmergencyClause, asked, agency, request.NeededBy, actor, received));
        }

        await tell.Received(agency, asked, due, ct);
        return await transaction.Commit(new Answer(id, asked.Number, received, due), ct);
    }

    private DateTimeOffset Open(string clause, DataRequest asked, Agency agency, DateTimeOffset? neededBy, Actor actor, DateTimeOffset received)
    {
        var own = regimes.Find(clause).Due.After(received);
        return duties.Open(clause, asked.Subject, agency.Name, actor, received, due: neededBy < own ? neededBy : null).DueAt;
    }

    private static DateTimeOffset Received(Request request, Actor actor, DateTimeOffset now) => request.ReceivedAt switch
    {
        null => now,
        { } at when actor.For is null && at <= now => at,
        _ => throw new BadInput("receivedAt", "A letter that staff enter came before now; through the door it comes now."),
    };

    private DataRules Check(Request request, Agency agency, DateTimeOffset received)
    {
        var rule = rules.Of(request.Regime ?? "");
        if (!agency.Regimes.Contains(rule.Regime))
        {
            throw new BadInput("regime", $"This agency acts under {string.Join(", ", agency.Regimes)}.");
        }

        Words(request.LegalBasis, "legalBasis", 1000);
        Words(request.Purpose, "purpose", 2000);
        Words(request.Description, "description", 4000);
        Most(request.Offence, "offence", 500);
        Most(request.EmergencyReason, "emergencyReason", 2000);
        Most(request.Reference, "reference", 200);
        Most(request.Contact, "contact", 500);
        if (request.MaxPenaltyMonths is < 1 or > 1200)
        {
            throw new BadInput("maxPenaltyMonths", "The maximum imprisonment is 1 to 1200 months.");
        }

        if (request.Language is not { Length: 2 } || !request.Language.All(char.IsAsciiLetterLower))
        {
            throw new BadInput("language", "A language is written as ISO 639-1, e.g. id.");
        }

        if (request.From >= request.Until)
        {
            throw new BadInput("until", "The time that is asked about ends before it begins.");
        }

        if (request.NeededBy <= received)
        {
            throw new BadInput("neededBy", "This time was past when the request came.");
        }

        if (request.Emergency is not null && string.IsNullOrWhiteSpace(request.EmergencyReason))
        {
            throw new BadInput("emergencyReason", "Say why this is an emergency.");
        }

        CheckAsked(request);
        return rule;
    }

    private void CheckAsked(Request request)
    {
        if (request.Classes is not { Count: > 0 } || request.Classes.Any(c => !Enum.IsDefined(c)))
        {
            throw new BadInput("classes", "Name at least one class of data.");
        }

        if (request.Subjects is not { Count: > 0 and <= MaxSubjects })
        {
            throw new BadInput("subjects", $"Name 1 to {MaxSubjects} accounts, groups or items.");
        }

        for (var i = 0; i < request.Subjects.Count; i++)
        {
            if (!Kinds.Contains(request.Subjects[i].Kind))
            {
                throw new BadInput($"subjects[{i}].kind", $"It is one of {string.Join(", ", Kinds)}.");
            }

            if (request.Subjects[i].Id is not { Length: > 0 and <= 200 } given || given.Any(char.IsControl))
            {
                throw new BadInput($"subjects[{i}].id", "The platform's own id has 1 to 200 characters.");
            }
        }

        foreach (var one in request.Classes.Where(c => !request.Subjects.Any(s => words.Fields([c], s.Kind, members: true).Count > 0)))
        {
            throw new BadInput("classes", $"None of the subjects has {words.Of(one).En.ToLowerInvariant()}; name the account.");
        }
    }

    private static void Words(string? text, string field, int most)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            throw new BadInput(field, "This must be said.");
        }

        Most(text, field, most);
    }

    private static void Most(string? text, string field, int most)
    {
        if (text?.Length > most)
        {
            throw new BadInput(field, $"At most {most} characters.");
        }
    }

    private static string? Trim(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();

    private static DateTimeOffset Min(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("/agency/data-requests", (Request request, SendDataRequest send, Actor actor, CancellationToken ct) => send.Run(request, actor, ct))
            .Requires(Permission.UseAgencyDoor).WithSummary("Ask for data").WithDescription("The answer is the number and the time by which it is answered. Documents are base64 in JSON, at most ten of 4 MB each.");
        api.MapPost("/agencies/{agency}/data-requests", (Id<Agency> agency, Request request, SendDataRequest send, Actor actor, CancellationToken ct) => send.RunFor(agency, request, actor, ct))
            .Requires(Permission.DecideDisclosures).WithSummary("Enter a request for data that came by letter");
    }
}
