using System.Net;
using System.Net.Http;
using System.Net.Sockets;

namespace Jaga.Deliveries;

/// <summary>
/// HTTP to strangers: no redirects, no proxy, no cookies, and a connection only to an address that was resolved and checked in the same step,
/// so that a name cannot lead elsewhere between the check and the call (DNS rebinding).
/// </summary>
public sealed class Wire : IDisposable
{
    private static readonly TimeSpan ConnectWithin = TimeSpan.FromSeconds(5);
    private readonly IResolver _resolver;

    // Two pools: a connection that one receiver's permission opened must never serve another's request.
    private readonly HttpMessageInvoker _public;
    private readonly HttpMessageInvoker _private;

    public Wire(IResolver resolver)
    {
        _resolver = resolver;
        (_public, _private) = (Pool(allowPrivate: false), Pool(allowPrivate: true));
    }

    /// <summary>Sends a request; the answer's headers are there when it returns, its body is not.</summary>
    /// <exception cref="HttpRequestException">It could not be sent; an inner <see cref="Unreachable"/> says why where the connection failed.</exception>
    public Task<HttpResponseMessage> Send(HttpRequestMessage request, bool allowPrivate, CancellationToken ct) =>
        (allowPrivate ? _private : _public).SendAsync(request, ct);

    public void Dispose()
    {
        _public.Dispose();
        _private.Dispose();
    }

    private HttpMessageInvoker Pool(bool allowPrivate) => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        UseCookies = false,
        AutomaticDecompression = DecompressionMethods.None,
        MaxConnectionsPerServer = 128,
        MaxResponseHeadersLength = 16,
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),

        // So that a name which moves is looked up, and checked, again.
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        ActivityHeadersPropagator = null,
        ConnectCallback = (context, ct) => Connect(context.DnsEndPoint, allowPrivate, ct),
    });

    private async ValueTask<Stream> Connect(DnsEndPoint target, bool allowPrivate, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(ConnectWithin);
        try
        {
            var addresses = await Look(target.Host, limit.Token);

            // One forbidden address among allowed ones is a trick, not an accident: none is used.
            if (Array.Find(addresses, a => !Addresses.Allows(a, allowPrivate)) is { } forbidden)
            {
                throw new Unreachable(Outcome.ForbiddenAddress, $"{target.Host} leads to {forbidden}, which is not an address that this receiver may have.");
            }

            return await Dial(addresses, target.Port, limit.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new Unreachable(Outcome.ConnectTimeout, $"No connection to {target.Host} within {ConnectWithin.TotalSeconds} s.");
        }
    }

    private async Task<IPAddress[]> Look(string host, CancellationToken ct)
    {
        if (IPAddress.TryParse(host, out var literal))
        {
            return [literal];
        }

        try
        {
            return await _resolver.Resolve(host, ct) is { Length: > 0 } found ? found : throw new Unreachable(Outcome.DnsFailure, $"{host} has no address.");
        }
        catch (SocketException unknown)
        {
            throw new Unreachable(Outcome.DnsFailure, $"{host}: {unknown.Message}");
        }
    }

    private static async Task<Stream> Dial(IPAddress[] addresses, int port, CancellationToken ct)
    {
        SocketException? last = null;
        foreach (var address in addresses)
        {
            var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(address, port, ct);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch (SocketException refused)
            {
                last = refused;
                socket.Dispose();
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }

        throw new Unreachable(last!.SocketErrorCode is SocketError.TimedOut ? Outcome.ConnectTimeout : Outcome.ConnectFailed, last.Message);
    }
}

/// <summary>No connection could be made, and why.</summary>
public sealed class Unreachable(Outcome outcome, string why) : IOException(why)
{
    public Outcome Outcome { get; } = outcome;
}
