using System.Text.Json;

namespace Jaga.Kernel;

/// <summary>How a job stands.</summary>
public enum JobState
{
    /// <summary>Waits for its time, or runs under a lease.</summary>
    Due,

    /// <summary>Failed so often that a person must look at it. It is kept until somebody retries it.</summary>
    Dead,
}

/// <summary>
/// A piece of work that must happen, at least once, after the transaction that asked for it.
/// A finished job is deleted; a failed one waits longer each time and, after <see cref="MaxAttempts"/>, is dead and visible, never dropped.
/// </summary>
public sealed class Job : IEntity
{
    /// <summary>Failures before a job is dead.</summary>
    public const int MaxAttempts = 12;

    public Id<Job> Id { get; init; }

    /// <summary>Which handler runs it, e.g. <c>media.fingerprint</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>The work, as JSON.</summary>
    public required string Body { get; init; }

    public JobState State { get; private set; }

    public DateTimeOffset DueAt { get; private set; }

    public DateTimeOffset? LeasedUntil { get; private set; }

    public Guid? LeasedBy { get; private set; }

    /// <summary>Times a worker took it.</summary>
    public int Attempts { get; private set; }

    /// <summary>When somebody was told that it is dead; null until then, and again once it is retried.</summary>
    public DateTimeOffset? ToldAt { get; private set; }

    /// <summary>What the last failure said: the exception's message, which may name what the job was about; at most 2,000 characters.</summary>
    public string? LastFailure { get; private set; }

    internal static Job For(string kind, object work, DateTimeOffset now, DateTimeOffset dueAt) =>
        new() { Id = Id<Job>.New(now), Kind = kind, Body = JsonSerializer.Serialize(work, work.GetType(), Json.Options), DueAt = dueAt };

    /// <summary>Puts the job back after a failure: later each time, or among the dead.</summary>
    /// <param name="failure">Null where the process stops: that was no try, and whoever goes on may take it at once.</param>
    internal void PutBack(string? failure, DateTimeOffset now)
    {
        (LeasedBy, LeasedUntil, LastFailure, Attempts) = (null, null, failure is { Length: > 2000 } ? failure[..2000] : failure ?? LastFailure, failure is null ? Attempts - 1 : Attempts);
        (State, DueAt) = failure is null ? (State, DueAt) : Attempts >= MaxAttempts ? (JobState.Dead, DueAt) : (JobState.Due, now + Backoff.After(Attempts));
    }

    /// <summary>A person asks for another try.</summary>
    public void Retry(DateTimeOffset now)
    {
        if (State is not JobState.Dead)
        {
            throw new RuleBroken("This job is not dead; it is still tried by itself.");
        }

        (State, Attempts, DueAt, ToldAt) = (JobState.Due, 0, now, null);
    }

    internal sealed class Table : IEntityTypeConfiguration<Job>
    {
        public void Configure(EntityTypeBuilder<Job> builder) => builder.ToTable("jobs");
    }
}

/// <summary>Runs one kind of job. It must bear being run twice: a crash after its work and before the job is crossed off runs it again.</summary>
public interface IWork<in TWork>
{
    Task Run(TWork work, CancellationToken ct);
}

/// <summary>Asks for work in the caller's own transaction: it is asked for if, and only if, that commits.</summary>
public sealed class Jobs(Db db, TimeProvider clock, JobKinds kinds)
{
    /// <summary>Leaves <paramref name="work"/> for a worker, not before <paramref name="delay"/> has passed.</summary>
    public void Later<TWork>(TWork work, TimeSpan delay = default)
        where TWork : notnull
    {
        var now = clock.GetUtcNow();
        db.Add(Job.For(kinds.NameOf<TWork>(), work, now, now + delay));
    }
}

/// <summary>The kinds of job there are, by the name on the row.</summary>
public sealed class JobKinds(IEnumerable<JobKind> kinds)
{
    private readonly Dictionary<string, JobKind> _byName = kinds.ToDictionary(k => k.Name);

    /// <summary>The kind with this name, or null where this version of Jaga has none.</summary>
    public JobKind? Find(string name) => _byName.GetValueOrDefault(name);

    public string NameOf<TWork>() => _byName.Values.Single(k => k.Work == typeof(TWork)).Name;
}

/// <summary>One kind of job: its name on the row, the type of its body, and how it is run.</summary>
public sealed record JobKind(string Name, Type Work, Func<IServiceProvider, string, CancellationToken, Task> Run);

/// <summary>Makes a kind of work known to the worker.</summary>
public static class JobRegistration
{
    /// <summary>Registers <typeparamref name="THandler"/> as what runs <typeparamref name="TWork"/>.</summary>
    public static IServiceCollection AddJob<TWork, THandler>(this IServiceCollection services, string name)
        where THandler : class, IWork<TWork>
        where TWork : notnull
    {
        services.AddScoped<THandler>();
        return services.AddSingleton(new JobKind(name, typeof(TWork), (scope, body, ct) =>
            scope.GetRequiredService<THandler>().Run(JsonSerializer.Deserialize<TWork>(body, Json.Options)!, ct)));
    }
}

public sealed partial class Db
{
    public DbSet<Job> Jobs => Set<Job>();
}
