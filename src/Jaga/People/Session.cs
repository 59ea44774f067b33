namespace Jaga.People;

/// <summary>How somebody proved who they are.</summary>
public enum SignInMethod
{
    Password,

    /// <summary>A password and a code of the authenticator app, or a recovery code.</summary>
    PasswordAndCode,

    /// <summary>A passkey that verified its user: two factors in one.</summary>
    Passkey,

    /// <summary>A one-time link that an operator or administrator handed over.</summary>
    Link,
}

/// <summary>A browser that is signed in. The row is the session: ending it ends the access at the next request.</summary>
public sealed class Session : IEntity
{
    /// <summary>How exact <see cref="SeenAt"/> is; more would be a write with every click.</summary>
    public static readonly TimeSpan SeenGrain = TimeSpan.FromMinutes(1);

    /// <summary>How long an ended session stays listed.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    public required Id<Session> Id { get; init; }

    public required Id<StaffMember> StaffId { get; init; }

    /// <summary>SHA-256 of the cookie's value; the value itself is kept nowhere.</summary>
    public required byte[] Hash { get; init; }

    public required SignInMethod Method { get; init; }

    /// <summary>Where it was started from, as an IP address; empty when unknown.</summary>
    public required string Address { get; init; }

    /// <summary>The browser's own words about itself, at most 200 characters.</summary>
    public required string Browser { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>The last request, to the minute.</summary>
    public DateTimeOffset SeenAt { get; init; }

    /// <summary>The end at the latest, however busy.</summary>
    public DateTimeOffset ExpiresAt { get; init; }

    public DateTimeOffset? EndedAt { get; set; }

    /// <summary>A new session for <paramref name="staff"/>, and the token that its cookie carries. The caller adds the row.</summary>
    public static (Session Session, string Token) New(StaffMember staff, SignInMethod method, Caller caller, PeopleSettings settings, DateTimeOffset now)
    {
        var token = Token.New();
        return (new()
        {
            Id = Id<Session>.New(now),
            StaffId = staff.Id,
            Hash = Token.Hash(token),
            Method = method,
            Address = caller.Address,
            Browser = caller.Browser,
            CreatedAt = now,
            SeenAt = now,
            ExpiresAt = now + settings.SessionLength,
        }, token);
    }

    /// <summary>Ends every open session of <paramref name="staff"/>, but for <paramref name="except"/>, in the caller's transaction.</summary>
    internal static Task<int> EndAll(Db db, Id<StaffMember> staff, Id<Session>? except, DateTimeOffset now, CancellationToken ct) =>
        db.Sessions.Where(s => s.StaffId == staff && s.EndedAt == null && s.Id != except).ExecuteUpdateAsync(set => set.SetProperty(s => s.EndedAt, now), ct);

    internal sealed class Table : IEntityTypeConfiguration<Session>
    {
        public void Configure(EntityTypeBuilder<Session> builder)
        {
            builder.ToTable("sessions").HasOne<StaffMember>().WithMany().HasForeignKey(r => r.StaffId);
        }
    }
}

/// <summary>What is known of the other end of a sign-in.</summary>
/// <param name="Address">Its IP address, or empty.</param>
/// <param name="Browser">The <c>User-Agent</c>, at most 200 characters.</param>
public sealed record Caller(string Address, string Browser)
{
    /// <summary>
    /// The address by which tries are counted. Behind a proxy that nobody named as trusted all people come from one address, and one stranger could use up everybody's tries:
    /// so there it is what the proxy says, which is believed for nothing else.
    /// </summary>
    public string Counted { get; init; } = Address;

    /// <summary>Nobody on the network: the command line, or a test.</summary>
    public static readonly Caller Here = new("", "");

    /// <summary>The other end of <paramref name="http"/>.</summary>
    public static Caller Of(HttpContext http)
    {
        var peer = http.Connection.RemoteIpAddress is { IsIPv4MappedToIPv6: true } mapped ? mapped.MapToIPv4() : http.Connection.RemoteIpAddress;
        var caller = new Caller(peer?.ToString() ?? "", http.Request.Headers.UserAgent.ToString() is { Length: > 200 } lengthy ? lengthy[..200] : http.Request.Headers.UserAgent.ToString());
        return peer is not null && UntrustedProxy.Near(peer) && UntrustedProxy.Says(http.Request) is { } said ? caller with { Counted = said.ToString() } : caller;
    }

    public static ValueTask<Caller?> BindAsync(HttpContext context) => ValueTask.FromResult<Caller?>(Of(context));
}
