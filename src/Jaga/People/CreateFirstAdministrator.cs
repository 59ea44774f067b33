using Jaga.Audit;

namespace Jaga.People;

/// <summary>Creates the first administrator with the link that the first start printed. Works once, and only while nobody is there.</summary>
public sealed class CreateFirstAdministrator(Db db, AuditLog audit, Passwords passwords, SignInLimits limits, OpenSession open, TimeProvider clock)
{
    /// <summary>The link's token, and who the first administrator is.</summary>
    public sealed record Request
    {
        public required string Token { get; init; }

        public required string Email { get; init; }

        public required string Name { get; init; }

        /// <summary><c>id</c> or <c>en</c>.</summary>
        public string Language { get; init; } = "id";

        public required string Password { get; init; }

        /// <summary>Never shows token or password.</summary>
        public override string ToString() => nameof(CreateFirstAdministrator);
    }

    /// <exception cref="BadInput">A field cannot be.</exception>
    /// <exception cref="RuleBroken">The link was used or is too old, or somebody is there already.</exception>
    public async Task<SignInAnswer> Run(Request request, Caller caller, CancellationToken ct)
    {
        limits.Count(caller);
        var now = clock.GetUtcNow();
        var staff = StaffMember.New(request.Email, request.Name, request.Language, [Role.Administrator], now);
        staff.PasswordHash = passwords.Hash(staff, request.Password);

        await using var transaction = await db.Begin(ct);
        await StaffLink.Use(db, LinkKind.SetUp, request.Token, now, ct);
        if (await db.Staff.AnyAsync(ct))
        {
            throw new RuleBroken("Somebody is here already. Ask an administrator for an invitation.");
        }

        db.Add(staff);
        audit.Record(staff.Actor, "staff.created", staff.Subject, "The first administrator, by the link of the first start.", new { staff.Roles });
        var answer = open.Run(staff, SignInMethod.Password, caller);
        await transaction.Commit(ct);
        return answer;
    }

    public static void Map(IEndpointRouteBuilder api) => api
        .MapPost("/set-up", async (Request request, CreateFirstAdministrator create, Caller caller, HttpContext http, CancellationToken ct) => (await create.Run(request, caller, ct)).Tell(http))
        .Public("the first start's link is the proof").WithSummary("Create the first administrator");
}
