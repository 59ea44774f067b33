using System.Globalization;

namespace Jaga.Media.Decoding;

/// <summary>The child for an external hasher: gives up its rights and becomes the program, which finds the pipes where it looks for them.</summary>
internal static class HasherWorker
{
    /// <summary>The word after the worker's verb.</summary>
    public const string Verb = "hasher";

    /// <summary>Becomes the program. Returns only with the sentence that says why not.</summary>
    /// <param name="arguments">Private memory in bytes, processor seconds, 1 to go on without a filter, the program, and its arguments.</param>
    /// <exception cref="FormatException">These are not such arguments.</exception>
    public static string Run(ReadOnlySpan<string> arguments)
    {
        if (arguments is not [var memory, var seconds, var unsandboxed, var program, .. var rest])
        {
            throw new FormatException("The hasher's worker is started by Jaga itself.");
        }

        Sandbox.WidenPipe(0, Wire.PipeBytes);
        Sandbox.LimitProgram(long.Parse(memory, CultureInfo.InvariantCulture), int.Parse(seconds, CultureInfo.InvariantCulture));
        return Sandbox.RunLocked(program, rest.ToArray(), unsandboxed == "1", "PATH=/usr/bin:/bin", "LANG=C.UTF-8");
    }
}
