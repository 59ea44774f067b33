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
        IOException { InnerException: AddressInUseException or AggregateException } => $"{PortOf(failure.Message)} is in use by another program, or by Jaga itself. End that one, or name another address with --urls.",
        SocketException socket => $"{urls} cannot be listened at: {socket.Message}. Name another address with --urls.",
        InvalidOperationException when urls.Contains("https:", StringComparison.OrdinalIgnoreCase) => $"{failure.Message.ReplaceLineEndings("\n").Split('\n')[0]} Listen at http, behind a proxy that has the certificate.",
        _ => null,
    };

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
            : address.PathBase.Length > 0 ? $"'{url}' has a path; Jaga has the whole of an address. {Form}"
            : null;
    }

    // Of "Failed to bind to address http://127.0.0.1:5280: address already in use." the port.
    private static string PortOf(string message) =>
        message.Split(' ').Select(w => w.TrimEnd(':', '.')).FirstOrDefault(w => w.StartsWith("http", StringComparison.Ordinal)) is { } url ? $"Port {BindingAddress.Parse(url).Port}" : "The port";
}
