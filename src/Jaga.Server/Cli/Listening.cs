using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace Jaga.Server.Cli;

/// <summary>Says in a sentence why nothing can be listened for at an address.</summary>
internal static class Listening
{
    private const string Form = "An address is written like http://localhost:5280; several are separated by semicolons.";

    /// <summary>What is wrong with the addresses as they are written; null where nothing is.</summary>
    public static string? Wrong(string urls) => urls.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(One).FirstOrDefault(w => w is not null);

    /// <summary>Why the system did not let it have an address; null where <paramref name="failure"/> is about something else.</summary>
    public static string? Refused(Exception failure, string urls) => failure switch
    {
        IOException { InnerException: AddressInUseException } => $"{PortOf(failure.Message)} is in use by another program, or by Jaga itself. End that one, or name another address with --urls.",
        // Of localhost, which is two addresses: neither could be had, each for a reason of its own.
        IOException { InnerException: AggregateException both } => $"{urls} cannot be listened at: {string.Join("; ", both.InnerExceptions.Select(e => e.Message.TrimEnd('.')).Distinct())}. Name another address with --urls.",
        SocketException socket => $"{urls} cannot be listened at: {socket.Message}. Name another address with --urls.",
        InvalidOperationException when urls.Contains("https:", StringComparison.OrdinalIgnoreCase) && (Speaks(failure, "HTTPS") || Speaks(failure, "certificate")) => $"{failure.Message.ReplaceLineEndings("\n").Split('\n')[0]} Listen at http, behind a proxy that has the certificate.",
        _ => null,
    };

    private static bool Speaks(Exception failure, string of) => failure.Message.Contains(of, StringComparison.OrdinalIgnoreCase);

    private static string? One(string url)
    {
        BindingAddress address;
        try
        {
            address = BindingAddress.Parse(url);
        }
        catch (FormatException)
        {
            return $"'{url}' is no address to listen at. {Form}";
        }

        return address.Scheme is not ("http" or "https") ? $"'{url}' is neither http nor https. {Form}"
            : address.Port is < 0 or > 65535 ? $"'{url}' has no port from 0 to 65535. {Form}"
            : address.Port == 0 && address.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase) ? $"'{url}' lets the system choose a port, which localhost cannot. Name one, or write {address.Scheme}://127.0.0.1:0."
            : address.PathBase.Length > 0 ? $"'{url}' has a path; Jaga has the whole of an address. {Form}"
            : null;
    }

    // Of "Failed to bind to address http://127.0.0.1:5280: address already in use." the port.
    private static string PortOf(string message) =>
        message.Split(' ').Select(w => w.TrimEnd(':', '.')).FirstOrDefault(w => w.StartsWith("http", StringComparison.Ordinal)) is { } url ? $"Port {BindingAddress.Parse(url).Port}" : "The port";
}
