using System.Text.Json;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Mvc;

namespace Jaga.Kernel;

/// <summary>Turns exceptions into RFC 9457 problem documents, in one place. What is not expected is logged and told as 500 without detail.</summary>
public sealed class Problems(IProblemDetailsService problems, ILogger<Problems> logger) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (exception is OperationCanceledException && httpContext.RequestAborted.IsCancellationRequested)
        {
            httpContext.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
            return true;
        }

        var asked = httpContext.Features.Get<IExceptionHandlerFeature>()?.Endpoint?.Metadata.GetMetadata<IAcceptsMetadata>()?.RequestType ?? typeof(JsonElement);
        exception = exception is BadHttpRequestException { InnerException: JsonException unread } ? UnreadJson.Of(unread, asked) : exception;
        var problem = Of(exception, httpContext.Features.Get<IdempotentWrite>() is not null);
        if (problem.Status == StatusCodes.Status500InternalServerError)
        {
            logger.LogError(exception, "Unexpected failure at {Method} {Route}", httpContext.Request.Method, (httpContext.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText);
        }

        if (((exception as TooMany)?.RetryAfter ?? (exception as NotReady)?.RetryAfter) is { } wait)
        {
            httpContext.Response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString("0");
        }

        httpContext.Response.StatusCode = problem.Status!.Value;
        return await problems.TryWriteAsync(new() { HttpContext = httpContext, ProblemDetails = problem, Exception = exception });
    }

    /// <summary>The problem document that tells <paramref name="exception"/> to the caller.</summary>
    /// <param name="keyed">Whether the request may be repeated under its idempotency key: what was done is then not done twice. Otherwise nobody knows whether it was done.</param>
    public static ProblemDetails Of(Exception exception, bool keyed = false) => exception switch
    {
        BadInput bad => new ValidationProblemDetails(bad.Problems.ToDictionary()) { Status = 422, Title = "The request cannot be read.", Detail = bad.Message, Type = "urn:jaga:bad-input" },
        RuleBroken rule => new() { Status = 409, Title = "A rule forbids this.", Detail = rule.Message, Type = "urn:jaga:rule-broken" },
        NotFound gone => new() { Status = 404, Title = "Not found.", Detail = gone.Message, Type = "urn:jaga:not-found" },
        TooMany much => new() { Status = 429, Title = "Too many requests.", Detail = much.Message, Type = "urn:jaga:too-many" },
        NotReady starting => new() { Status = 503, Title = "Not ready yet.", Detail = starting.Message, Type = "urn:jaga:not-ready" },
        DbUpdateConcurrencyException => new() { Status = 409, Title = "Somebody else was first.", Detail = "This was changed by somebody else meanwhile. Look at it again, then decide.", Type = "urn:jaga:conflict" },
        _ when exception.IsDuplicate() => new() { Status = 409, Title = "Somebody else was first.", Detail = "Somebody else wrote the same in this moment. Look at it again, then decide.", Type = "urn:jaga:conflict" },
        BadHttpRequestException http => new() { Status = http.StatusCode, Title = "The request cannot be read.", Detail = http.Message, Type = "urn:jaga:bad-request" },
        _ => new() { Status = 500, Title = "Jaga failed here.", Detail = keyed ? "The failure was logged. Trying again with the same Idempotency-Key is safe." : "The failure was logged. If this was to change something, look whether it did before you try again.", Type = "urn:jaga:failure" },
    };
}
