using System.Globalization;
using Microsoft.Win32.SafeHandles;

namespace Jaga.Media.Decoding;

/// <summary>
/// The child for a video: takes the video's bytes from its parent into a file in memory, gives up its rights, and becomes ffmpeg. ffmpeg has to
/// seek in a video, which a pipe does not allow, and no stranger's video is laid on a disk.
/// </summary>
internal static class VideoWorker
{
    /// <summary>The word after the worker's verb.</summary>
    public const string Verb = "video";

    /// <summary>Stands in ffmpeg's arguments for the file in memory.</summary>
    public const string VideoMark = "VIDEO";

    /// <summary>Becomes ffmpeg. Returns only with the sentence that says why not.</summary>
    /// <param name="arguments">Private memory in bytes, processor seconds, 1 to go on without a filter, ffmpeg, and its arguments.</param>
    /// <exception cref="FormatException">These are not such arguments.</exception>
    public static string Run(ReadOnlySpan<string> arguments)
    {
        if (arguments is not [var memory, var seconds, var unsandboxed, var program, .. var rest])
        {
            throw new FormatException("The video worker is started by Jaga itself.");
        }

        Sandbox.WidenPipe(0, Wire.PipeBytes);
        Sandbox.WidenPipe(1, Wire.PipeBytes); // a frame of 720p fits: decoding goes on while the parent reads it
        var video = Sandbox.FileInMemory();
        using (var from = DecodeWorker.Standard(0, FileAccess.Read))
        using (var to = new FileStream(new SafeFileHandle(video, ownsHandle: false), FileAccess.Write, bufferSize: 0))
        {
            if (Wire.ReadRequestHeader(from) is not var (_, length))
            {
                return "No video came.";
            }

            Copy(from, to, length);
            to.Seek(0, SeekOrigin.Begin);
        }

        var path = string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{video}");
        Sandbox.LimitProgram(long.Parse(memory, CultureInfo.InvariantCulture), int.Parse(seconds, CultureInfo.InvariantCulture));
        return Sandbox.RunLocked(program, [.. rest.ToArray().Select(a => a == VideoMark ? path : a)], unsandboxed == "1");
    }

    private static void Copy(FileStream from, FileStream to, long length)
    {
        var block = new byte[256 * 1024];
        while (length > 0)
        {
            var read = from.Read(block, 0, (int)Math.Min(block.Length, length));
            if (read == 0)
            {
                throw new InvalidOperationException("The video was cut off on its way.");
            }

            to.Write(block, 0, read);
            length -= read;
        }
    }
}
