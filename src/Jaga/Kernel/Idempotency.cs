using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Metadata;

namespace Jaga.Kernel;

/// <summary>
/// The answer to a write that carried an <c>Idempotency-Key</c>, stored in the transaction of the act itself:
/// the same key from the same caller gets the same answer, and the act happens once, whatever crashes in between.
/// </summary>
public sealed class IdempotentAnswer
{
    private static readonly RawInsert Rows = new("idempotent_answers", "key", "request", "body", "at");

    /// <summary>The caller and the key, hashed together: keys of different callers never meet.</summary>
    public required string Key { get; init; }

    /// <summary>Digest of method, path and body, so that a key used for another request is refused.</summary>
    public required string Request { get; init; }

    /// <summary>The answer as JSON; <c>null</c> for an answer without a body.</summary>
    public required string? Body { get; init; }

    public DateTimeOffset At { get; init; }

    /// <summary>Stores the answer by a raw row, for writes on the hot path.</summary>
    internal void Insert(RawRows rows) => rows.Add(Rows, Key, Request, Body, rows.Time(At));

    internal sealed class Table : IEntityTypeConfiguration<IdempotentAnswer>
    {
        public void Configure(EntityTypeBuilder<IdempotentAnswer> builder) => builder.ToTable("idempotent_answers").HasKey(a => a.Key);
    }
}

/// <summary>The key and digest of the write in hand.</summary>
public sealed record IdempotentWrite(string Key, string Request)
{
    /// <summary>The row that remembers <paramref name="answer"/>.</summary>
    public IdempotentAnswer Answer(object? answer, DateTimeOffset now) => new()
    {
        Key = Key,
        Request = Request,
        Body = answer is null ? null : JsonSerializer.Serialize(answer, answer.GetType(), Json.Options),
        At = now,
    };
}

/// <summary>
/// Endpoint filter on every write under <c>/api/v1</c>. A key seen before gets the stored answer with <c>Idempotency-Replayed: true</c>;
/// a key seen with another request is refused with 422. Answers are kept for seven days.
/// </summary>
public sealed class IdempotentWrites : IEndpointFilter
{
    public const string Header = "Idempotency-Key";

    /// <summary>The largest JSON body, in bytes, unless its endpoint says otherwise.</summary>
    public const int MaxJson = 32 * 1024 * 1024;

    private const int MaxKeyLength = 128;

    // Bodies that are told apart by their content; they stay in memory. Larger ones and files are told apart by path and length: content must not lie about in temporary files.
    private const int MaxDigestedBody = 1024 * 1024;

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        if (HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method) || !http.Request.Headers.TryGetValue(Header, out var given))
        {
            return await next(context);
        }

        if (given.ToString() is not { Length: > 0 and <= MaxKeyLength } key)
        {
            throw new BadInput(Header, $"An idempotency key has 1 to {MaxKeyLength} characters.");
        }

        if (http.Features.Get<Actor>() is not { } caller)
        {
            // A key belongs to a caller: a stranger must not get another stranger's answer.
            return await next(context);
        }

        var secret = http.RequestServices.GetRequiredService<MasterKey>().Derive("idempotency");
        var write = new IdempotentWrite(Digest(secret, $"{caller}\n{key}"), await Describe(http.Request, secret, http.RequestAborted));
        var db = http.RequestServices.GetRequiredService<Db>();
        if (await Remembered(db, write, http) is { } before)
        {
            return before;
        }

        db.Write = write;
        http.Features.Set(write);
        try
        {
            return await next(context);
        }
        catch (Exception failure) when (failure.IsDuplicate())
        {
            // The same key at the same moment: the other request won, and this one's act was rolled back.
            db.ChangeTracker.Clear();
            if (await Remembered(db, write, http) is { } winner)
            {
                return winner;
            }

            throw;
        }
    }

    private static async Task<object?> Remembered(Db db, IdempotentWrite write, HttpContext http)
    {
        if (await db.IdempotentAnswers.AsNoTracking().SingleOrDefaultAsync(a => a.Key == write.Key, http.RequestAborted) is not { } answer)
        {
            return null;
        }

        if (answer.Request != write.Request)
        {
            throw new BadInput(Header, "This key was used for another request. A new request needs a new key.");
        }

        // With the status that the endpoint gives: what was created is answered 201 again.
        http.Response.Headers["Idempotency-Replayed"] = "true";
        var told = http.GetEndpoint()?.Metadata.OfType<IProducesResponseTypeMetadata>().Where(p => p.StatusCode is >= 200 and < 300).FirstOrDefault(p => (p.Type is null || p.Type == typeof(void)) == answer.Body is null)?.StatusCode;
        return answer.Body is null ? TypedResults.StatusCode(told ?? StatusCodes.Status204NoContent) : TypedResults.Text(answer.Body, "application/json", statusCode: told ?? StatusCodes.Status200OK);
    }

    /// <summary>
    /// Keeps the body of a write that bears a key, so that it can still be digested after it was read; where its length is not told beforehand (chunked) all of it, for JSON
    /// becomes one piece of memory anyway. Comes before the endpoints.
    /// </summary>
    public static Task KeepBody(HttpContext http, RequestDelegate next)
    {
        if (http.Request.Headers.ContainsKey(Header) && http.Request.HasJsonContentType() && (http.Request.ContentLength ?? 0) <= MaxDigestedBody)
        {
            var most = http.Request.ContentLength is null ? MaxJson : MaxDigestedBody;
            http.Request.EnableBuffering(most, most);
        }

        return next(http);
    }

    private static async Task<string> Describe(HttpRequest request, byte[] secret, CancellationToken ct)
    {
        var line = $"{request.Method} {request.Path}{request.QueryString} {request.ContentLength}";
        if (!request.Body.CanSeek)
        {
            return Digest(secret, line);
        }

        request.Body.Position = 0;
        var body = await HMACSHA256.HashDataAsync(secret, request.Body, ct);
        request.Body.Position = 0;
        return Digest(secret, $"{line} {Convert.ToHexStringLower(body)}");
    }

    // Under a key: a body may hold a password, whose plain digest could be guessed.
    private static string Digest(byte[] secret, string text) => Convert.ToHexStringLower(HMACSHA256.HashData(secret, Encoding.UTF8.GetBytes(text)));
}

/// <summary>Forgets answers after seven days, as the documentation promises.</summary>
public sealed class ForgetAnswers(Db db, TimeProvider clock) : IRecurring
{
    public static readonly TimeSpan Kept = TimeSpan.FromDays(7);

    public async Task<bool> Run(CancellationToken ct)
    {
        var before = clock.GetUtcNow() - Kept;
        await db.IdempotentAnswers.Where(a => a.At < before).ExecuteDeleteAsync(ct);
        return false;
    }
}

public sealed partial class Db
{
    public DbSet<IdempotentAnswer> IdempotentAnswers => Set<IdempotentAnswer>();

    /// <summary>Set while a write with an idempotency key is in hand; its answer is stored by <see cref="Transaction.Commit{T}"/>.</summary>
    internal IdempotentWrite? Write { get; set; }
}
