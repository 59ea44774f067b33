using Jaga.Audit;
using Jaga.Obligations;
using Jaga.People.Agencies;

namespace Jaga.Packages;

/// <summary>The first of two persons prepares a package: what it is about, for which authority, and who gets it. Nothing leaves by it.</summary>
public sealed class PreparePackage(Db db, AuditLog audit, TimeProvider clock, PackageFolder folder, PackageProfiles profiles, Duties duties)
{
    /// <summary>The house's clause: a package that was begun reaches its receiver.</summary>
    public const string Clause = "house.hand-over-package";

    private const int MostNote = 2000;

    /// <param name="About">1 to 10 decided cases (<c>case</c>) and answered requests for data (<c>data-request</c>).</param>
    /// <param name="Profile">A name of <c>GET /package-profiles</c>.</param>
    /// <param name="Agency">Who gets it.</param>
    /// <param name="Note">What they should read first; at most 2,000 characters.</param>
    public sealed record Request(IReadOnlyList<Subject> About, string Profile, Id<Agency> Agency, string? Note = null);

    /// <param name="Number">What both sides call it.</param>
    /// <param name="DueAt">By when the receiver should have it.</param>
    public sealed record Answer(Id<Package> Id, string Number, DateTimeOffset DueAt);

    /// <exception cref="BadInput">Something is missing or cannot be; the field is named.</exception>
    /// <exception cref="NotFound">There is no such agency, case or request.</exception>
    /// <exception cref="RuleBroken">A case is not decided, a request not answered, the answer is another agency's, or the authority takes no packages.</exception>
    public async Task<Answer> Run(Request request, Actor actor, CancellationToken ct)
    {
        var (profile, now) = (profiles.Of(request.Profile), clock.GetUtcNow());
        if (profile.Route is not Route.Package)
        {
            throw new RuleBroken("NCMEC takes reports to the CyberTipline, and no packages: see the page of referrals.");
        }

        if (request.Note?.Length > MostNote)
        {
            throw new BadInput("note", $"At most {MostNote} characters.");
        }

        var matters = await folder.Gather(request.About, ct);
        await using var transaction = await db.Begin(ct);
        var agency = await Agency.Find(db, request.Agency, ct);
        agency.MustBeTrusted();
        if (profile.Country != "*" && agency.Country != profile.Country)
        {
            throw new BadInput("agency", $"This profile is for authorities of {profile.Country}; {agency.Name} is of {agency.Country}.");
        }

        if (matters.Any(m => m.Agency is { } only && only != agency.Id.ToString()))
        {
            throw new RuleBroken("What was given on an agency's request goes to that agency and to nobody else.");
        }

        var category = matters.Select(m => m.Category).FirstOrDefault(c => c.Length > 0) ?? "other";
        var id = Id<Package>.New(now);
        var package = new Package
        {
            Id = id, Number = Package.NumberOf(id, now), Profile = profile.Id, Agency = agency.Id, Category = category, Why = $"{profile.Why.En} ({profile.Country}, {category}; {profile.Cites})",
            Note = request.Note?.Trim() ?? "", PreparedBy = actor.ToString(), PreparedByName = actor.Name, PreparedAt = now,
        };
        db.Add(package);
        db.AddRange(request.About.Select((s, i) => new PackageSubject { Package = id, Position = i, About = s }));
        audit.Record(actor, "package.prepared", package.Subject, package.Why, new { package.Number, package.Profile, agency = agency.Id, about = request.About });
        var due = duties.Open(Clause, package.Subject, agency.Name, actor).DueAt;
        return await transaction.Commit(new Answer(id, package.Number, due), ct);
    }

    public static void Map(IEndpointRouteBuilder api) => api.MapPost("/packages", (Request request, PreparePackage prepare, Actor actor, CancellationToken ct) => prepare.Run(request, actor, ct))
        .Requires(Permission.PreparePackages).WithSummary("Prepare a package for an authority").WithDescription("From decided cases and answered requests for data. Somebody else releases it.");
}
